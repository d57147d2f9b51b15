#include "dicom/source.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "dicom/fault.hpp"

namespace msh::dicom {
namespace {

constexpr std::uint64_t memory_limit = 4 << 20;
constexpr std::size_t copy_size = 256 << 10;
constexpr std::uint64_t fingerprint_end = 64 << 10;

[[noreturn]] void throw_open_error(int error_number) {
    switch (error_number) {
        case ENOENT:
        case ENOTDIR:
            throw Fault(FaultClass::missing, "no such file");
        case ENAMETOOLONG:
            throw Fault(FaultClass::missing, "no such file: the path is too long");
        case EACCES:
        case EPERM:
            throw Fault(FaultClass::no_permission, "permission denied");
        case ELOOP:
            throw Fault(FaultClass::no_file, "a symbolic link, which is not followed");
        case ENXIO:
        case ENODEV:
        case EISDIR:
            throw Fault(FaultClass::no_file, "not a regular file");
        case EMFILE:
        case ENFILE:
        case ENOMEM:
            throw system_error("cannot open an input", error_number);
        default:
            throw Fault(FaultClass::read_error,
                        std::string("cannot be opened: ") + std::generic_category().message(error_number));
    }
}

struct stat status_of(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) throw system_error("cannot examine an input", errno);
    return status;
}

// pread until `into` is full; short only at the end of the file.
std::size_t read_fully(int fd, MutableBytes into, std::uint64_t offset) {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t count = ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            throw Fault(FaultClass::read_error,
                        std::string("cannot be read: ") + std::generic_category().message(errno));
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

[[noreturn]] void throw_changed() {
    throw Fault(FaultClass::changed, "the file changed while it was read");
}

}  // namespace

Source Source::open(const std::filesystem::path& path) {
    Source source;
    source.fd_ = FileDescriptor(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!source.fd_) throw_open_error(errno);
    source.opened_ = status_of(source.fd_.get());
    if (S_ISDIR(source.opened_.st_mode)) throw Fault(FaultClass::no_file, "a folder, not a file");
    if (!S_ISREG(source.opened_.st_mode)) throw Fault(FaultClass::no_file, "not a regular file");
    if (source.opened_.st_size == 0) throw Fault(FaultClass::empty, "an empty file");
    source.size_ = static_cast<std::uint64_t>(source.opened_.st_size);
    if (source.size_ <= memory_limit) source.load();
    return source;
}

Source Source::from_memory(Bytes bytes) {
    if (bytes.empty()) throw Fault(FaultClass::empty, "an empty file");
    Source source;
    source.size_ = bytes.size();
    source.memory_ = std::make_unique_for_overwrite<std::uint8_t[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), source.memory_.get());
    return source;
}

void Source::load() {
    const auto size = static_cast<std::size_t>(size_);
    auto memory = std::make_unique_for_overwrite<std::uint8_t[]>(size);
    if (read_fully(fd_.get(), {memory.get(), size}, 0) != size) throw_changed();
    require_unchanged();
    memory_ = std::move(memory);
}

void Source::read_at(std::uint64_t offset, MutableBytes into) const {
    if (memory_) {
        if (offset > size_ || into.size() > size_ - offset) throw_changed();
        std::copy_n(memory_.get() + offset, into.size(), into.begin());
        return;
    }
    try {
        if (read_fully(fd_.get(), into, offset) != into.size()) throw_changed();
    } catch (...) {
        std::atomic_ref(failed_).store(true);
        throw;
    }
}

void Source::copy(std::uint64_t offset, std::uint64_t count, const Sink& sink) const {
    if (memory_) {
        if (offset > size_ || count > size_ - offset) throw_changed();
        sink({memory_.get() + offset, static_cast<std::size_t>(count)});
        return;
    }
    const auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(copy_size);
    while (count > 0) {
        const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(count, copy_size));
        read_at(offset, {buffer.get(), part});
        sink({buffer.get(), part});
        offset += part;
        count -= part;
    }
}

Digest Source::digest() const {
    crypto::Sha256 hash;
    copy(0, size_, [&](ByteView part) { hash.update(part); });
    require_unchanged();
    return hash.finish();
}

Digest Source::fingerprint() const {
    if (is_held()) return digest();
    crypto::Sha256 hash;
    const auto update = [&](ByteView part) { hash.update(part); };
    copy(0, fingerprint_end, update);
    copy(size_ - fingerprint_end, fingerprint_end, update);
    require_unchanged();
    return hash.finish();
}

void Source::require_unchanged() const {
    if (std::atomic_ref(failed_).load()) throw Fault(FaultClass::read_error, "the file could not be read to its end");
    if (!fd_) return;
    const struct stat now = status_of(fd_.get());
    if (now.st_nlink == 0 && opened_.st_nlink != 0)
        throw Fault(FaultClass::changed, "the file vanished while it was read");
    if (now.st_size != opened_.st_size || now.st_ino != opened_.st_ino || now.st_dev != opened_.st_dev ||
        now.st_mtim.tv_sec != opened_.st_mtim.tv_sec || now.st_mtim.tv_nsec != opened_.st_mtim.tv_nsec) {
        throw_changed();
    }
}

}  // namespace msh::dicom
