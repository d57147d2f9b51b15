// Reading, writing and syncing. Files that must be complete or absent: base/temporary_file.hpp.
//
// Every function throws Error (kind `failed`, text of errno) unless it says otherwise. Messages name the path: not for
// the path of an input. Those of writing and syncing name the folder that the descriptor's file is in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
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

// A path as messages show it.
[[nodiscard]] std::string in_quotes(const std::filesystem::path& path);

// open(2) with O_CLOEXEC.
[[nodiscard]] FileDescriptor open_file(const std::filesystem::path& path, int flags, mode_t mode = 0);

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

}  // namespace msh
