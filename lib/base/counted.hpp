// A number with its noun, for messages: "1 block", "2 blocks".
#pragma once

#include <cstdint>
#include <string>

namespace msh {

// The noun is one whose plural ends in a plain "s".
[[nodiscard]] inline std::string count_of(std::uint64_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace msh
