// --range OFFSET:LENGTH, bytes of the file that is in a payload.
#pragma once

#include <optional>
#include <string>

#include "base/byte_range.hpp"

namespace msh::cli {

// Nothing without a text. Error (usage) when it is no range, or an empty one.
[[nodiscard]] std::optional<ByteRange> parse_range(const std::optional<std::string>& text);

}  // namespace msh::cli
