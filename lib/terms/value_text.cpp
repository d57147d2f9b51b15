#include "terms/value_text.hpp"

#include <algorithm>

namespace msh::terms {

std::string_view trim_padding(std::string_view value) noexcept {
    constexpr std::string_view padding{" \0", 2};
    const std::size_t first = value.find_first_not_of(padding);
    if (first == std::string_view::npos) return {};
    return value.substr(first, value.find_last_not_of(padding) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator, begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

std::string upper_ascii(std::string_view text) {
    std::string upper(text);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
}

}  // namespace msh::terms
