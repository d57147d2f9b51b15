// Temporary files on the way to their final names.
//
// A Staging is a folder for those of one run, beside their final places so that they can be renamed there. It is
// removed when the run ends. If the run is killed, the next one removes it: each folder has a lock file next to it,
// which its process holds for as long as it lives.
//
//     .staging/<16 hex>.lock        held with flock; made before the folder, removed after it
//     .staging/<16 hex>/<number>
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <sys/types.h>
#include <utility>

#include "base/file.hpp"

namespace msh::ipfs {

// A name for a temporary file, which is removed at the end if it is still there. (After a rename it is not, save where
// old and new name were links to one file: rename leaves both then.)
class TemporaryName {
  public:
    explicit TemporaryName(std::filesystem::path path) : path_(std::move(path)) {}
    // A hidden name in the folder of `destination`, drawn at random.
    [[nodiscard]] static TemporaryName beside(const std::filesystem::path& destination);
    TemporaryName(const TemporaryName&) = delete;
    TemporaryName& operator=(const TemporaryName&) = delete;
    ~TemporaryName();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    // Makes the file; `mode` is subject to the umask.
    [[nodiscard]] FileDescriptor create(mode_t mode) const;

  private:
    std::filesystem::path path_;
};

class Staging {
  public:
    // Makes the run's folder in `parent`/.staging, and removes those of dead runs.
    explicit Staging(const std::filesystem::path& parent);
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    ~Staging();

    // To be called by any thread.
    [[nodiscard]] TemporaryName next();

    // 0644 as the umask leaves it: the mode of files that others may read. (umask() cannot be asked without being set,
    // which other threads would feel.)
    [[nodiscard]] mode_t file_mode() const noexcept { return file_mode_; }

  private:
    [[nodiscard]] bool claim(const std::filesystem::path& folder);

    std::filesystem::path folder_;
    FileDescriptor lock_;
    mode_t file_mode_ = 0;
    std::atomic<std::uint64_t> counter_{0};
};

}  // namespace msh::ipfs
