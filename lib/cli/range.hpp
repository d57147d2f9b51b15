// --range OFFSET:LENGTH, bytes of the file that is in a payload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace msh::cli {

struct ByteRange {
    std::uint64_t offset;
    std::uint64_t length;
};

// Nothing without a text. Error (usage) when it is no range, or an empty one.
[[nodiscard]] std::optional<ByteRange> parse_range(const std::optional<std::string>& text);

}  // namespace msh::cli
