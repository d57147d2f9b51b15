// File operations: files are written completely or not at all, and are durable before they are announced. Every
// function throws Error (kind `failed`, text of errno) unless it says otherwise. Messages name the path: not for the
// path of an input. Those of writing and syncing name the folder that the descriptor's file is in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh {

// Owns a file descriptor.
class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    ~FileDescriptor() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
    int release() noexcept;
    void reset() noexcept;

  private:
    int fd_ = -1;
};

// Reads until the buffer is full or the file ends; returns the number of bytes read.
std::size_t read_some(int fd, MutableBytes into);
// The same at an offset, leaving the file's position alone. `what` begins the message of an error.
std::size_t read_at(int fd, MutableBytes into, std::uint64_t offset, const std::string& what = "cannot read");
void write_all(int fd, ByteView bytes);
void write_at(int fd, ByteView bytes, std::uint64_t offset);

// Returns the whole file, at most `limit` bytes (more is an Error of kind `input`); nullopt if it does not exist.
// Messages call it `name`, or by its path.
[[nodiscard]] std::optional<Bytes> read_file(const std::filesystem::path& path, std::size_t limit,
                                             const std::string& name = {});
// The same into memory that is wiped, for keys and passphrases.
[[nodiscard]] std::optional<SecretBytes> read_secret_file(const std::filesystem::path& path, std::size_t limit);

// Creates a folder and its missing parents. The folder itself has the given mode, whatever the umask is.
void make_folder(const std::filesystem::path& path, mode_t mode);

// How many files a program may hold open for one purpose: `most`, or a quarter of what the process may have open at all
// (RLIMIT_NOFILE), at least 8.
[[nodiscard]] std::size_t files_at_once(std::size_t most);

void sync_file(int fd);
void sync_folder(const std::filesystem::path& path);

// Makes everything that was written to a file system durable with one call, which is cheaper than a sync a file as soon
// as there are several. Construct it before the first write: the kernel reports errors that occurred since then, and
// earlier ones only to the first caller that asks.
class FileSystemSync {
  public:
    // `folder` is any folder of that file system, and must be there.
    explicit FileSystemSync(const std::filesystem::path& folder);
    void sync() const;

  private:
    FileDescriptor folder_;
};

// Writes a file sequentially and starts writeback of each part at once, so that the final sync
// has little left to do.
class WritebackWriter {
  public:
    // The descriptor stays the caller's.
    explicit WritebackWriter(int fd) noexcept : fd_(fd) {}
    void write(ByteView bytes);
    // For what is left.
    void finish() noexcept;

  private:
    int fd_;
    std::uint64_t written_ = 0;
    std::uint64_t begun_ = 0;
};

// Resolves symbolic links as the kernel does, even if the target does not exist. Never throws.
[[nodiscard]] std::filesystem::path follow_links(std::filesystem::path path);

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
    // A symbolic link under a name that somebody typed is followed. Under one that a program made up, in a folder where
    // others may have put links, it is replaced.
    enum class Links { follow, replace };
    AtomicFile(std::filesystem::path path, mode_t mode, Links links = Links::follow);
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] const std::filesystem::path& temporary() const noexcept { return temporary_; }
    // Its final name, with links followed.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    // Makes the file durable and gives it its name, replacing what is there.
    void commit();
    // The same, but returns false and replaces nothing if the name is already taken.
    [[nodiscard]] bool commit_new();
    // Gives the file a name, this or another in the same file system, unless something has it: false then. Without a
    // sync, for whoever syncs a batch: its files before, the folder after. Can be tried again with another name.
    [[nodiscard]] bool name_new(const std::filesystem::path& path) const;

    // Removes the temporary files that killed processes left in the folder, and what a database put beside them, where
    // the final name has this ending; those of living ones are locked and stay. What cannot be removed stays as well.
    static void sweep(const std::filesystem::path& folder, std::string_view ending);

  private:
    void make_temporary(mode_t mode);

    std::filesystem::path path_;
    std::filesystem::path temporary_;
    FileDescriptor fd_;
};

void write_file_atomically(const std::filesystem::path& path, ByteView bytes, mode_t mode,
                           AtomicFile::Links links = AtomicFile::Links::follow);

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
