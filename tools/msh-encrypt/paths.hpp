// The inputs of msh-encrypt: operands (files, and folders that are read recursively, in byte order), or a list on
// standard input. A symbolic link in a folder is not followed.
//
// A list that is read with the wrong separator must not count as one file. A path that contains a NUL is an error, and
// a path that looks like a list gets a hint if there is no such file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/line_reader.hpp"
#include "folder_listing.hpp"

namespace msh {

struct Input {
    std::uint64_t position = 0;  // from 1, by which messages name it
    std::filesystem::path path;
    std::optional<Error> error{};   // for a folder or a line that cannot be read
    bool is_link = false;           // in a folder: to be skipped
    std::string hint_if_missing{};  // if the path looks wrong: the hint for when the file does not exist
};

class PathSource {
  public:
    // `separator` ends a path in the list on standard input.
    PathSource(std::vector<std::string> operands, char separator);

    // At most `most` inputs; fewer when there are no more right now, none at the end.
    [[nodiscard]] std::vector<Input> next(std::size_t most);

  private:
    [[nodiscard]] std::vector<Input> next_from_list(std::size_t most);
    [[nodiscard]] std::optional<std::filesystem::path> next_path();

    std::vector<std::string> operands_;  // the next one last
    std::list<FolderListing> folders_;   // the innermost last
    std::optional<cli::LineReader> list_;
    char separator_;  // of the list
    std::uint64_t position_ = 0;
};

}  // namespace msh
