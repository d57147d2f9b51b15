#include "cli/range.hpp"

#include <charconv>

#include "base/error.hpp"

namespace msh::cli {
namespace {

constexpr std::uint64_t most = std::uint64_t{1} << 60;  // so that sums do not overflow

std::optional<std::uint64_t> parse_number(const char* begin, const char* end) {
    std::uint64_t value = 0;
    const auto [parsed, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || parsed != end || value > most) return std::nullopt;
    return value;
}

}  // namespace

std::optional<ByteRange> parse_range(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    const std::size_t colon = text->find(':');
    if (colon != std::string::npos) {
        const char* const begin = text->data();
        const auto offset = parse_number(begin, begin + colon);
        const auto length = parse_number(begin + colon + 1, begin + text->size());
        if (offset && length && *length > 0) return ByteRange{*offset, *length};
    }
    throw Error(ErrorKind::usage, "--range needs OFFSET:LENGTH, in bytes", "as in --range 0:1048576");
}

}  // namespace msh::cli
