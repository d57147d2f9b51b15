// Typed members of a record's line, for the readers of record types. Each throws Error (input) that names the member
// and what is wrong with it, never its value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "json/line.hpp"

namespace msh::record {

inline constexpr std::uint64_t max_number = (std::uint64_t{1} << 53) - 1;

[[nodiscard]] Error missing(const std::string& path);
[[nodiscard]] Error wrong_type(const std::string& path);
[[nodiscard]] Error bad_value(const std::string& path);

// "msh" must be 1.
void require_version(const json::Line& line);

[[nodiscard]] std::uint64_t required_number(const json::Line& line, const std::string& path);
[[nodiscard]] std::string required_text(const json::Line& line, const std::string& path);
[[nodiscard]] std::optional<std::string> optional_text(const json::Line& line, const std::string& path);
[[nodiscard]] Id required_id(const json::Line& line, const std::string& path);
[[nodiscard]] Digest required_digest(const json::Line& line, const std::string& path);
[[nodiscard]] std::optional<Digest> optional_digest(const json::Line& line, const std::string& path);
[[nodiscard]] std::optional<Bytes> optional_bytes(const json::Line& line, const std::string& path);

}  // namespace msh::record
