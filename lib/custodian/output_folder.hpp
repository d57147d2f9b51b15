// The folder that decrypted files are put into, under names that come from records. Others may have put files and links
// there: what has a name keeps it, and no link is followed.
//
//     OutputFolder folder(path);
//     const auto file = folder.new_file();        // without a name: write to file->fd()
//     folder.sync();                              // makes the contents durable, once for many files
//     if (!folder.name(*file, sha256, "1.2.3.dcm")) ...     // something else has that name
//     folder.sync_names();
//
// A file that gets no name is removed by its destructor. All functions throw Error (failed).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/temporary_file.hpp"

namespace msh::custodian {

class OutputFolder {
  public:
    // What the names of whole files end with.
    static constexpr const char* suffix = ".dcm";

    // Makes the folder when it is missing, and removes what killed runs left in it.
    explicit OutputFolder(std::filesystem::path path);

    [[nodiscard]] std::unique_ptr<AtomicFile> new_file() const;

    // Gives the file this name, or finds a file of the same content under it; returns false if something else has it.
    [[nodiscard]] bool name(const AtomicFile& file, const Digest& sha256, const std::string& name) const;
    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return path_ / name; }

    void sync() const { disk_.sync(); }
    void sync_names() const { sync_folder(path_); }

  private:
    std::filesystem::path path_;
    FileSystemSync disk_;
    // What temporary files are named after: nobody has this name, whatever the files are called in the end.
    std::filesystem::path unnamed_;
};

}  // namespace msh::custodian
