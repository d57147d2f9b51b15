// The temporary files of one run of a block store, in a folder beside their final places so that they can be renamed
// there (base/temporary_file.hpp):
//
//     .staging/<32 hex>/lock
//     .staging/<32 hex>/<number>
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <sys/types.h>

#include "base/temporary_file.hpp"

namespace msh::ipfs {

class Staging {
  public:
    // Makes the run's folder in `parent`/.staging, and removes those of dead runs.
    explicit Staging(const std::filesystem::path& parent);
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    // Removes the folder with all that is in it.
    ~Staging();

    // To be called by any thread.
    [[nodiscard]] TemporaryName next();

    // 0644 as the umask leaves it: the mode of files that others may read. (umask() cannot be asked without being set,
    // which other threads would feel.)
    [[nodiscard]] mode_t file_mode() const noexcept { return file_mode_; }

  private:
    [[nodiscard]] mode_t mode_of_new_file();

    std::optional<LockedFolder> folder_;
    std::atomic<std::uint64_t> counter_{0};
    mode_t file_mode_ = 0;
};

}  // namespace msh::ipfs
