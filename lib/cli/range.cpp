#include "cli/range.hpp"

#include <cstddef>
#include <cstdint>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace msh::cli {
namespace {

constexpr std::uint64_t most = std::uint64_t{1} << 60;  // so that sums do not overflow

}  // namespace

std::optional<ByteRange> parse_range(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    const std::size_t colon = text->find(':');
    if (colon != std::string::npos) {
        const auto offset = parse_number(text->substr(0, colon));
        const auto length = parse_number(text->substr(colon + 1));
        const bool is_range = offset && length && *offset <= most && *length <= most && *length > 0;
        if (is_range) return ByteRange{*offset, *length};
    }
    throw Error(ErrorKind::usage, "--range needs OFFSET:LENGTH, in bytes", "as in --range 0:1048576");
}

}  // namespace msh::cli
