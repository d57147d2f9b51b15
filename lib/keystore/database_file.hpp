// A database file that is still being made: hidden and 0600 until it has its name, and nothing is left of it or of its
// side files when it never gets one. For the .cpp files of this room and backup.hpp.
#pragma once

#include <filesystem>

#include "base/temporary_file.hpp"

namespace msh::keystore {

class DatabaseFile {
  public:
    // Beside `path`, the name it may get.
    explicit DatabaseFile(const std::filesystem::path& path) : file_(path, 0600), temporary_(file_.temporary()) {}
    DatabaseFile(const DatabaseFile&) = delete;
    DatabaseFile& operator=(const DatabaseFile&) = delete;
    ~DatabaseFile();

    [[nodiscard]] int fd() const noexcept { return file_.fd(); }
    [[nodiscard]] const std::filesystem::path& temporary() const noexcept { return temporary_; }

    // Makes it durable under its name, when all connections to it are closed, and its write-ahead log was emptied into
    // it (Connection::truncate_log), which would be left behind; false when the name is taken.
    [[nodiscard]] bool commit_new() { return file_.commit_new(); }

  private:
    AtomicFile file_;
    std::filesystem::path temporary_;
};

}  // namespace msh::keystore
