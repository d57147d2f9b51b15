#include "ipfs/car_writer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "ipfs/car.hpp"

namespace msh::ipfs {
namespace fs = std::filesystem;
namespace {

constexpr mode_t file_mode = 0666;  // under the umask: there is ciphertext in it
constexpr std::size_t roots_at_once = 1024;

class CarStream final : public CarWriter {
  public:
    explicit CarStream(FileDescriptor fd) : fd_(std::move(fd)) { write_all(fd_.get(), car_header({})); }

    void put(const Cid& cid, ByteView block) override {
        const Bytes head = car_section(cid, block.size());
        const std::scoped_lock lock(mutex_);
        write_all(fd_.get(), head);
        write_all(fd_.get(), block);
    }
    void add_root(const Cid& /*root*/) override {}
    void finish(const std::function<void()>& /*between*/) override {}

  private:
    FileDescriptor fd_;
    std::mutex mutex_;
};

fs::path folder_of(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

// A file without a name, in the folder of another one.
FileDescriptor make_nameless(const fs::path& beside) {
    const fs::path folder = folder_of(beside);
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) return FileDescriptor(fd);
    std::string name = (folder / ".msh-car-XXXXXX").string();  // not every file system has O_TMPFILE
    FileDescriptor made(::mkostemp(name.data(), O_CLOEXEC));
    if (!made) throw system_error("cannot write to '" + folder.string() + "'", errno);
    ::unlink(name.c_str());
    return made;
}

// Not every file system copies by itself.
std::size_t copy_part(int from, std::uint64_t offset, int to, std::size_t size) {
    auto place = static_cast<off_t>(offset);
    const ssize_t count = ::copy_file_range(from, &place, to, nullptr, size, 0);
    if (count > 0) return static_cast<std::size_t>(count);
    Bytes buffer(std::min<std::size_t>(size, std::size_t{1} << 20));
    buffer.resize(read_at(from, buffer, offset));
    write_all(to, buffer);
    return buffer.size();
}

void copy_behind(int from, int to, const std::function<void()>& between) {
    constexpr std::size_t at_once = std::size_t{64} << 20;
    struct stat status {};
    if (::fstat(from, &status) != 0) throw system_error("cannot stat an archive", errno);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    for (std::uint64_t done = 0; done < size;) {
        const std::size_t count =
            copy_part(from, done, to, static_cast<std::size_t>(std::min<std::uint64_t>(at_once, size - done)));
        if (count == 0) throw Error(ErrorKind::failed, "cannot read back an archive's blocks");
        done += count;
        between();
    }
}

class CarFileWriter final : public CarWriter {
  public:
    explicit CarFileWriter(const fs::path& file)
        : file_(file, file_mode), blocks_(make_nameless(file)), roots_(make_nameless(file)) {}

    void put(const Cid& cid, ByteView block) override {
        const Bytes head = car_section(cid, block.size());
        const std::scoped_lock lock(mutex_);
        write_all(blocks_.get(), head);
        write_all(blocks_.get(), block);
    }

    void add_root(const Cid& root) override {
        const std::scoped_lock lock(mutex_);
        append(waiting_, root.binary());
        ++count_;
        if (waiting_.size() >= roots_at_once * Cid::binary_size) write_roots();
    }

    void finish(const std::function<void()>& between) override {
        write_roots();
        write_car_header(
            count_ > max_car_roots ? 0 : count_, [&](std::size_t i) { return read_root(i); },
            [&](ByteView part) { write_all(file_.fd(), part); });
        copy_behind(blocks_.get(), file_.fd(), between);
        file_.commit();
    }

  private:
    void write_roots() {
        write_all(roots_.get(), waiting_);
        waiting_.clear();
    }

    [[nodiscard]] Cid read_root(std::size_t number) const {
        std::array<std::uint8_t, Cid::binary_size> root{};
        const std::size_t count = read_at(roots_.get(), root, number * root.size());
        const auto cid = Cid::from_binary(ByteView(root).first(count));
        if (!cid) throw Error(ErrorKind::failed, "cannot read back an archive's roots");
        return *cid;
    }

    AtomicFile file_;
    FileDescriptor blocks_;
    FileDescriptor roots_;
    std::mutex mutex_;
    Bytes waiting_;  // roots
    std::size_t count_ = 0;
};

}  // namespace

std::unique_ptr<CarWriter> open_car(const fs::path& file) {
    if (file == "-") {
        FileDescriptor output(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
        if (!output) throw system_error("cannot write to standard output", errno);
        return std::make_unique<CarStream>(std::move(output));
    }
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        FileDescriptor special(::open(file.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
        if (!special) throw system_error("cannot open '" + file.string() + "'", errno);
        return std::make_unique<CarStream>(std::move(special));
    }
    AtomicFile::sweep(folder_of(file), file.filename().string());  // of runs that were killed
    return std::make_unique<CarFileWriter>(file);
}

}  // namespace msh::ipfs
