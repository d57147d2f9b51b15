// The files msh-encrypt is asked for: operands (files, and folders with all that is below them) in byte order, or a
// list on standard input. Links in folders are passed over.
//
// A list that is read by the wrong separator must not pass as one file: a path with a NUL in it is an error, and one that
// looks like a list, or a line of another kind, says so if it is not there.
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
    std::optional<Error> error{};   // a folder or a line that cannot be read
    std::string hint_if_missing{};  // what may be wrong with it then, by its looks
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
