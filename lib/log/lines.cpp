#include "log/lines.hpp"

#include <algorithm>
#include <limits>

#include "base/encoding.hpp"

namespace msh::log {

std::optional<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::optional<std::uint64_t> parse_decimal(std::string_view line) {
    if (line.size() > 1 && line.front() == '0') return std::nullopt;
    const auto value = parse_number(line);
    if (!value || *value > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;
    return value;
}

std::optional<Digest> parse_hash(std::string_view line) {
    const auto bytes = from_base64(line);
    Digest out{};
    if (!bytes || bytes->size() != out.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
}

}  // namespace msh::log
