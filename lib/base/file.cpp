#include "base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr int max_links = 40;  // as Linux follows
constexpr std::uint64_t worth_beginning = std::uint64_t{16} << 20;

// Where an output's descriptor leads: the folder of a file, which tells the file system that is full and keeps
// temporary names out of messages; nothing where the kernel does not say.
std::string place_of(int fd) {
    if (fd == STDOUT_FILENO) return " to standard output";
    std::error_code error;
    const fs::path path = fs::read_symlink("/proc/self/fd/" + std::to_string(fd), error);
    if (error || !path.is_absolute()) return "";
    struct stat status {};
    const bool is_file = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    return is_file ? " in " + in_quotes(path.parent_path()) : " to " + in_quotes(path);
}

Error output_error(const std::string& what, int fd, int error_number) {
    return system_error(what + place_of(fd), error_number);
}

template <typename Buffer>
std::optional<Buffer> read_whole(const fs::path& path, std::size_t limit, const std::string& name) {
    const int raw = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (raw < 0) {
        if (errno == ENOENT) return std::nullopt;
        throw system_error("cannot open " + name, errno);
    }
    const FileDescriptor fd(raw);
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) throw system_error("cannot stat " + name, errno);
    if (S_ISDIR(status.st_mode)) throw system_error("cannot read " + name, EISDIR);
    Buffer buffer(std::min<std::size_t>(static_cast<std::size_t>(status.st_size), limit) + 1);
    std::size_t size = 0;
    while (true) {
        size += read_some(fd.get(), MutableBytes(buffer).subspan(size));
        if (size < buffer.size()) break;
        if (size > limit) throw Error(ErrorKind::input, name + " is too large");
        buffer.resize(std::min(buffer.size() * 2, limit + 1));
    }
    buffer.resize(size);
    return buffer;
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = other.release();
    }
    return *this;
}

int FileDescriptor::release() noexcept {
    return std::exchange(fd_, -1);
}

void FileDescriptor::reset() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::string in_quotes(const fs::path& path) {
    return "'" + path.string() + "'";
}

FileDescriptor open_file(const fs::path& path, int flags, mode_t mode) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd < 0) throw system_error("cannot open " + in_quotes(path), errno);
    return FileDescriptor(fd);
}

std::size_t read_some(int fd, MutableBytes into) {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got = ::read(fd, into.data() + done, into.size() - done);
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw system_error("cannot read", errno);
        done += static_cast<std::size_t>(got);
    }
    return done;
}

std::size_t read_at(int fd, MutableBytes into, std::uint64_t offset, const std::string& what) {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got = ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw system_error(what, errno);
        done += static_cast<std::size_t>(got);
    }
    return done;
}

void write_all(int fd, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw output_error("cannot write", fd, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
}

void write_at(int fd, ByteView bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw output_error("cannot write", fd, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(put));
        offset += static_cast<std::uint64_t>(put);
    }
}

std::optional<Bytes> read_file(const fs::path& path, std::size_t limit, const std::string& name) {
    return read_whole<Bytes>(path, limit, name.empty() ? in_quotes(path) : name);
}

std::optional<SecretBytes> read_secret_file(const fs::path& path, std::size_t limit) {
    return read_whole<SecretBytes>(path, limit, in_quotes(path));
}

void make_folder(const fs::path& path, mode_t mode) {
    std::error_code error;
    if (fs::is_directory(path, error)) return;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    if (::mkdir(path.c_str(), mode) != 0) {
        if (errno == EEXIST && fs::is_directory(path, error)) return;
        throw system_error("cannot make folder " + in_quotes(path), errno);
    }
    if (::chmod(path.c_str(), mode) != 0) throw system_error("cannot set mode of " + in_quotes(path), errno);
    sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

std::size_t files_at_once(std::size_t most) {
    constexpr std::size_t fewest = 8;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return most;
    return std::min(most, std::max<std::size_t>(static_cast<std::size_t>(limit.rlim_cur) / 4, fewest));
}

void sync_file(int fd) {
    if (::fsync(fd) != 0) throw output_error("cannot sync", fd, errno);
}

void sync_folder(const fs::path& path) {
    sync_file(open_file(path, O_RDONLY | O_DIRECTORY).get());
}

FileSystemSync::FileSystemSync(const fs::path& folder) : folder_(open_file(folder, O_RDONLY | O_DIRECTORY)) {}

void FileSystemSync::sync() const {
    if (::syncfs(folder_.get()) != 0) throw output_error("cannot sync", folder_.get(), errno);
}

void WritebackWriter::write(ByteView bytes) {
    write_all(fd_, bytes);
    written_ += bytes.size();
    if (written_ - begun_ >= worth_beginning) finish();
}

void WritebackWriter::finish() noexcept {
    // Only a hint: what goes wrong shows at the sync.
    ::sync_file_range(fd_, static_cast<off_t>(begun_), static_cast<off_t>(written_ - begun_), SYNC_FILE_RANGE_WRITE);
    begun_ = written_;
}

fs::path follow_links(fs::path path) {
    std::error_code error;
    for (int links = 0; links < max_links && fs::is_symlink(path, error); ++links) {
        const fs::path target = fs::read_symlink(path, error);
        if (error) break;
        path = path.parent_path() / target;
    }
    return path;
}

}  // namespace msh
