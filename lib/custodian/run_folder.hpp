// The folder of one run's payloads, below spool/ or fetched/, which a later run cleans up after a kill
// (base/temporary_file.hpp). Files that no record promises are removed.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/file_lock.hpp"
#include "base/temporary_file.hpp"
#include "keystore/keystore.hpp"

namespace msh::custodian {

class RunFolder {
  public:
    // Makes `parent` (0700) and in it a folder with a random name. Throws Error (failed).
    explicit RunFolder(const std::filesystem::path& parent);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path(); }
    // The place of an object's payload.
    [[nodiscard]] std::filesystem::path place(const Id& object) const;

    // Its place until it is complete and its record is written: the next run can continue with it (UnfinishedFiles).
    [[nodiscard]] std::filesystem::path unfinished(const Id& object) const;

    // Cleans up after runs that are over. Removed are:
    //   - temporary files, and unfinished ones that were not written for a week
    //   - payloads that are not needed
    //   - all payloads of a run whose folder was not changed for longer than max_age, if that is given
    //   - empty folders
    // What cannot be removed stays.
    static void sweep(const std::filesystem::path& parent, const std::function<bool(const Id& object)>& is_needed,
                      const std::optional<std::chrono::hours>& max_age = {});

  private:
    LockedFolder folder_;
};

// Removes the payloads in spool/ that runs left behind and no record promises. Needs no unlocking.
void sweep_spool(const std::filesystem::path& spool, keystore::Keystore& keystore);

// Whether some payload in the folders of runs is one of an object that `is_wanted`.
[[nodiscard]] bool has_payload(const std::filesystem::path& parent,
                               const std::function<bool(const Id& object)>& is_wanted);

// How long fetched payloads are kept for msh-decrypt; they can be fetched again.
inline constexpr std::chrono::hours fetched_kept{30 * 24};
void sweep_fetched(const std::filesystem::path& parent);

// The folders of earlier runs, sorted by their last change, the newest first.
class FormerRuns {
  public:
    FormerRuns(const std::filesystem::path& parent, const std::filesystem::path& own);

    // The files that may be the object's payload. They may be incomplete, and may vanish at any time.
    [[nodiscard]] std::vector<std::filesystem::path> places(const Id& object) const;

  private:
    std::vector<std::filesystem::path> folders_;
};

// Unfinished files of runs that are over. Holds the locks of their folders, so that no other process can take them.
class UnfinishedFiles {
  public:
    explicit UnfinishedFiles(const std::filesystem::path& parent);

    // Moves the object's file to `place`; returns false if there is none, or it cannot be moved.
    bool take_over(const Id& object, const std::filesystem::path& place);

  private:
    std::vector<FileLock> locks_;
    std::map<Id, std::filesystem::path> files_;
};

}  // namespace msh::custodian
