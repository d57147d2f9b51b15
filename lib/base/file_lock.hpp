// Locks between processes.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>

#include "base/file.hpp"

namespace msh {

// An advisory lock (flock) on a file that is made when missing and stays. Released when the object ends, and by the
// kernel when the process does.
class FileLock {
  public:
    enum class WaitNotice { shown, hidden };
    // Waits for the lock (base/waiting.hpp); reports a wait of more than a second unless told not to.
    explicit FileLock(const std::filesystem::path& path, WaitNotice notice = WaitNotice::shown);
    // Nothing when another process holds it.
    [[nodiscard]] static std::optional<FileLock> try_lock(const std::filesystem::path& path);

  private:
    explicit FileLock(FileDescriptor fd) noexcept : fd_(std::move(fd)) {}
    FileDescriptor fd_;
};

}  // namespace msh
