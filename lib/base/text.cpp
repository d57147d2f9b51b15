#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utf8proc.h>

namespace msh {
namespace {

bool is_shown(utf8proc_int32_t code_point) {
    switch (utf8proc_category(code_point)) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return false;
        default:
            return true;
    }
}

std::string in_hex(const char* format, unsigned value) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string spelled_out(std::uint32_t code_point) {
    constexpr std::uint32_t first_pair = 0x10000;
    if (code_point == '\n') return "\\n";
    if (code_point < 0x80) return in_hex("\\x%02x", code_point);
    if (code_point < first_pair) return in_hex("\\u%04x", code_point);
    return in_hex("\\u%04x", 0xd800 + ((code_point - first_pair) >> 10)) +
           in_hex("\\u%04x", 0xdc00 + ((code_point - first_pair) & 0x3ff));
}

}  // namespace

std::optional<std::string> fold_case(std::string_view utf8) {
    utf8proc_uint8_t* mapped = nullptr;
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                     static_cast<utf8proc_ssize_t>(utf8.size()), &mapped, options);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
    if (length < 0) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length));
}

std::string_view edited_line(std::string_view line) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::vector<std::string_view> edited_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(edited_line(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool is_valid_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t code_point = 0;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &code_point);
        if (used < 1) return false;
        at += used;
        left -= used;
    }
    return true;
}

std::string printable(std::string_view text, std::string_view keep) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        utf8proc_int32_t code_point = 0;
        const utf8proc_ssize_t used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                       static_cast<utf8proc_ssize_t>(text.size()), &code_point);
        const std::string_view one = text.substr(0, used < 1 ? 1 : static_cast<std::size_t>(used));
        text.remove_prefix(one.size());
        if (used < 1) {
            out += in_hex("\\x%02x", static_cast<unsigned char>(one.front()));
        } else if (is_shown(code_point) || (one.size() == 1 && keep.find(one.front()) != std::string_view::npos)) {
            out += one;
        } else {
            out += spelled_out(static_cast<std::uint32_t>(code_point));
        }
    }
    return out;
}

bool is_printable(std::string_view text) {
    return printable(text) == text;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        utf8proc_int32_t code_point = 0;
        const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                           static_cast<utf8proc_ssize_t>(text.size()), &code_point);
        width += used < 1 ? 1 : static_cast<std::size_t>(std::max(0, utf8proc_charwidth(code_point)));
        text.remove_prefix(used < 1 ? 1 : static_cast<std::size_t>(used));
    }
    return width;
}

}  // namespace msh
