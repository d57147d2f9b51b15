// An input of msh-encrypt: a path, which may turn out to be no file, or not DICOM.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace msh::intake {

struct Input {
    std::uint64_t position = 0;  // from 1, by which messages name it
    std::filesystem::path path;
    std::optional<Error> error{};   // if the folder, or the line of the list, cannot be read
    bool is_link = false;           // in a folder: to be skipped
    std::string hint_if_missing{};  // if the path looks wrong: the hint for when the file does not exist
};

// Returns at most `most` inputs: fewer if no more are available yet, none at the end.
using NextInputs = std::function<std::vector<Input>(std::size_t most)>;

}  // namespace msh::intake
