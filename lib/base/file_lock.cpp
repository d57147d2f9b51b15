#include "base/file_lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

#include "base/error.hpp"
#include "base/waiting.hpp"

namespace msh {
namespace fs = std::filesystem;

FileLock::FileLock(const fs::path& path, WaitNotice notice) : fd_(open_file(path, O_RDWR | O_CREAT, 0600)) {
    if (!wait_for_flock(fd_.get(), LOCK_EX, notice == WaitNotice::shown ? in_quotes(path) : "")) {
        throw system_error("cannot lock " + in_quotes(path), errno);
    }
}

std::optional<FileLock> FileLock::try_lock(const fs::path& path) {
    FileDescriptor fd = open_file(path, O_RDWR | O_CREAT, 0600);
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return std::nullopt;
        if (errno != EINTR) throw system_error("cannot lock " + in_quotes(path), errno);
    }
    return FileLock(std::move(fd));
}

}  // namespace msh
