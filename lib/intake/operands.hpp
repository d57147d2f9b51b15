// Operands as inputs: files, and folders that are read recursively, in byte order. A symbolic link in a folder is not
// followed; one that is an operand is.
//
//     Operands operands(paths);
//     while (true) { std::vector<Input> inputs = operands.next(64); if (inputs.empty()) break; ... }
//
// If a path looks like several paths, or is '-', its input has a hint to print if the file does not exist. A folder
// that cannot be read becomes an input with an error; nothing is thrown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "intake/folder_listing.hpp"
#include "intake/input.hpp"

namespace msh::intake {

class Operands {
  public:
    explicit Operands(std::vector<std::string> paths);

    // A NextInputs that never waits: fewer than `most` only at the end.
    [[nodiscard]] std::vector<Input> next(std::size_t most);

  private:
    [[nodiscard]] std::optional<std::filesystem::path> next_path();

    std::vector<std::string> operands_;  // the next one last
    std::list<FolderListing> folders_;   // the innermost last
    std::uint64_t position_ = 0;
};

}  // namespace msh::intake
