// Files that are not finished yet.
//
// A reader must never take half a file for a whole one, and a process can be killed at any point. So every file begins
// under a temporary name and gets its final one by a rename when it is complete. What killed processes left is removed
// by later ones, which must not touch the files of living ones. One protocol does for all:
//
//  1. Create. The file is made under a name that nobody looks for (O_EXCL, links are not followed), in the file system
//     of its final name.
//  2. Lock. As long as the writer lives, it holds a lock (flock): on the file, or on the folder of its run. The kernel
//     releases it however the process ends.
//  3. Finish. The file is synced and renamed, and its folder is synced. Whoever has many files syncs their file system
//     once instead (FileSystemSync).
//  4. Sweep. A later process takes the lock, which it gets only if the writer is gone, and removes the rest.
//
// A sweep may remove the new file between steps 1 and 2; the writer notices and starts over.
//
//     AtomicFile      one file with a lock of its own
//     LockedFolder    a folder for all files of a run: one lock for thousands of files, which have no locks themselves
//     TemporaryName   one file without a lock, in a folder that its owner sweeps (the run folders of a custodian,
//                     the staging of a block store)
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"

namespace msh {

// A file's temporary name, which is removed at the end if it is still there. After rename_to() nothing is left to
// remove, unless both names were links to the same file: rename(2) keeps both then.
class TemporaryName {
  public:
    explicit TemporaryName(std::filesystem::path path) : path_(std::move(path)) {}
    // A hidden name in the folder of `destination`, drawn at random.
    [[nodiscard]] static TemporaryName beside(const std::filesystem::path& destination);
    TemporaryName(const TemporaryName&) = delete;
    TemporaryName& operator=(const TemporaryName&) = delete;
    ~TemporaryName();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    // Creates the file; `mode` is subject to the umask.
    [[nodiscard]] FileDescriptor create(mode_t mode) const;
    // Renames it, replacing what is there. Error (failed) that names the folder.
    void rename_to(const std::filesystem::path& destination) const;

  private:
    std::filesystem::path path_;
};

// A file that appears under its final name only when it is complete and durable:
//     AtomicFile file(path, 0600);
//     write_all(file.fd(), bytes);
//     file.commit();                 // sync, rename, sync the folder
// Without commit() the temporary file (hidden, locked, in the same folder) is removed. Concurrent writers of one name
// do not interfere: the last one to commit wins. A symbolic link is followed, as by a shell's redirection. A name that
// a folder, a device or a pipe has is refused (Error of kind `usage`): a file in its place would break whatever else
// uses it.
class AtomicFile {
  public:
    // A symbolic link in the place of the file. follow: for names that a user gave. replace: for names that the program
    // chose, in folders where others may have put links.
    enum class Links { follow, replace };
    AtomicFile(std::filesystem::path path, mode_t mode, Links links = Links::follow);
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] const std::filesystem::path& temporary() const noexcept { return temporary_; }
    // Its final name, with links followed.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    // Makes the file durable and gives it its name, replacing what is there. Throws Error (failed) if it cannot, as on
    // a full disk; the former file is then still there.
    void commit();
    // The same, but returns false and replaces nothing if the name is already taken.
    [[nodiscard]] bool commit_new();
    // Links the file to a name in the same file system if that is free; returns false if not, and another name can be
    // tried. Syncs nothing: the caller syncs the files of a batch before, and the folder afterwards.
    [[nodiscard]] bool name_new(const std::filesystem::path& path) const;

    // Removes temporary files that killed processes left in the folder, if their final name ends in `ending`, with the
    // side files of SQLite. Those of living processes are locked and stay. Throws nothing: what cannot be removed
    // stays.
    static void sweep(const std::filesystem::path& folder, std::string_view ending);

  private:
    void make_temporary(mode_t mode);

    std::filesystem::path path_;
    std::filesystem::path temporary_;
    FileDescriptor fd_;
};

// Writes a whole file with AtomicFile, and throws as that does.
void write_file_atomically(const std::filesystem::path& path, ByteView bytes, mode_t mode,
                           AtomicFile::Links links = AtomicFile::Links::follow);

// A folder for the files of one run, with a random name of 32 hex digits and mode 0700. It holds a file `lock`, locked
// as long as this lives. The folder itself is not synced: whoever promises a file in it syncs the file system.
class LockedFolder {
  public:
    // The parent must exist. Throws Error (failed).
    explicit LockedFolder(const std::filesystem::path& parent);
    LockedFolder(const LockedFolder&) = delete;
    LockedFolder& operator=(const LockedFolder&) = delete;
    // Removes the folder when only the lock is left in it.
    ~LockedFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    // The lock of a folder whose run is over; nothing while it lives, or when it is being made or removed.
    [[nodiscard]] static std::optional<FileLock> take_over(const std::filesystem::path& folder);

    // Called for each file of a run that is over: true keeps it.
    using Keep = std::function<bool(const std::filesystem::path& file)>;
    // Removes from each folder in `parent` whose run is over the files that are not kept, and empty folders. `rule` is
    // called once for each folder, before any of its files is removed. Other folders, and links, stay untouched. Throws
    // nothing of its own: what cannot be removed stays.
    static void sweep(const std::filesystem::path& parent,
                      const std::function<Keep(const std::filesystem::path& folder)>& rule);

    // Calls for each entry of the folder but its lock, without a list of them: there may be millions.
    static void for_each_entry(const std::filesystem::path& folder,
                               const std::function<void(const std::filesystem::path& entry)>& call);

  private:
    // False when a sweep came first.
    [[nodiscard]] bool take_lock();

    std::filesystem::path path_;
    std::optional<FileLock> lock_;
};

}  // namespace msh
