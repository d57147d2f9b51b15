#include "ipfs/staging.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/random.hpp"

namespace msh::ipfs {
namespace fs = std::filesystem;
namespace {

std::string random_name() {
    std::array<std::uint8_t, 8> name{};
    crypto::fill_random(name);
    return to_hex(name);
}

fs::path lock_of(const fs::path& folder) {
    fs::path lock = folder;
    return lock += ".lock";
}

bool try_flock(int fd) {
    return ::flock(fd, LOCK_EX | LOCK_NB) == 0;
}

void make_private_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        throw system_error("cannot make folder '" + path.string() + "'", errno);
    }
    // A link could have files made, and removed, in another place.
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        throw Error(ErrorKind::failed, "'" + path.string() + "' is a link or no folder");
    }
}

// Removes what a killed run left, unless someone else is at it.
void sweep_run(const fs::path& folder) {
    const FileDescriptor lock(::open(lock_of(folder).c_str(), O_RDWR | O_CLOEXEC));
    if (!lock || !try_flock(lock.get())) return;
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    if (!ignored) ::unlink(lock_of(folder).c_str());
}

void sweep(const fs::path& staging) {
    std::error_code error;
    for (fs::directory_iterator entry(staging, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().extension() != ".lock") continue;
        sweep_run(entry->path().parent_path() / entry->path().stem());
    }
}

}  // namespace

TemporaryName TemporaryName::beside(const fs::path& destination) {
    return TemporaryName(destination.parent_path() / ("." + random_name() + ".tmp"));
}

TemporaryName::~TemporaryName() {
    ::unlink(path_.c_str());
}

FileDescriptor TemporaryName::create(mode_t mode) const {
    const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0) throw system_error("cannot make a temporary file", errno);
    return FileDescriptor(fd);
}

Staging::Staging(const fs::path& parent) {
    const fs::path staging = parent / ".staging";
    make_private_folder(staging);
    sweep(staging);
    do {
        folder_ = staging / random_name();
    } while (!claim(folder_));
    make_private_folder(folder_);
}

// Makes and takes the folder's lock. False where another process, sweeping, held it in between: it may have removed it
// then, and a lock without a name protects nothing.
bool Staging::claim(const fs::path& folder) {
    const fs::path path = lock_of(folder);
    lock_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!lock_) throw system_error("cannot make '" + path.string() + "'", errno);
    if (!try_flock(lock_.get())) {
        if (errno != EWOULDBLOCK) throw system_error("cannot lock '" + path.string() + "'", errno);
        return false;
    }
    struct stat held {};
    struct stat named {};
    if (::fstat(lock_.get(), &held) != 0 || ::stat(path.c_str(), &named) != 0) return false;
    file_mode_ = held.st_mode & 0777;
    return held.st_ino == named.st_ino;
}

Staging::~Staging() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    ::unlink(lock_of(folder_).c_str());
}

TemporaryName Staging::next() {
    return TemporaryName(folder_ / std::to_string(counter_++));
}

}  // namespace msh::ipfs
