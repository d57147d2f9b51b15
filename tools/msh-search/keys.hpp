// The keys of a query, from the command line and from files.
#pragma once

#include <string>
#include <vector>

namespace msh {

// `keys`, and then the lines of the files. Error (usage) for a file that cannot be read or has a line that is no text.
[[nodiscard]] std::vector<std::string> read_keys(std::vector<std::string> keys, const std::vector<std::string>& files);

}  // namespace msh
