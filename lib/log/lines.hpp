// Parsing helpers for checkpoints and proofs: lines with decimal numbers and hashes. Each value has one
// encoding; the functions return nullopt for anything else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace msh::log {

// Cuts the first line off `text` and gives it without its newline; nothing when no newline is left.
[[nodiscard]] std::optional<std::string_view> take_line(std::string_view& text);

// Without sign or leading zeros, below 2^63.
[[nodiscard]] std::optional<std::uint64_t> parse_decimal(std::string_view line);

// 32 bytes in base64.
[[nodiscard]] std::optional<Digest> parse_hash(std::string_view line);

}  // namespace msh::log
