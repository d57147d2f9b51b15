// Wall-clock time, in whole seconds since 1970 UTC, and its text form (RFC 3339, "2026-01-31T12:00:00Z").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace msh {

[[nodiscard]] std::int64_t seconds_now();
[[nodiscard]] std::string to_rfc3339(std::int64_t seconds);
// Nothing of nothing.
[[nodiscard]] std::optional<std::string> to_rfc3339(const std::optional<std::int64_t>& seconds);
// Also accepts a date alone ("2026-01-31"), which means its first second. Returns nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> from_rfc3339(std::string_view text);

}  // namespace msh
