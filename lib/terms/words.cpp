#include "terms/words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace msh::terms {
namespace {

// The characters of categories P, S, Z, Cc and Cf of Unicode 15 in the scripts that DICOM's code pages can write, and
// in the blocks of symbols and punctuation. In rising order.
struct Range {
    char32_t first;
    char32_t last;
};
constexpr std::array separators{
    Range{0x0000, 0x002f}, Range{0x003a, 0x0040},   Range{0x005b, 0x0060},   Range{0x007b, 0x00a9},
    Range{0x00ab, 0x00b1}, Range{0x00b4, 0x00b4},   Range{0x00b6, 0x00b8},   Range{0x00bb, 0x00bb},
    Range{0x00bf, 0x00bf}, Range{0x00d7, 0x00d7},   Range{0x00f7, 0x00f7},   Range{0x02c2, 0x02c5},
    Range{0x02d2, 0x02df}, Range{0x0375, 0x0375},   Range{0x037e, 0x037e},   Range{0x0384, 0x0385},
    Range{0x0387, 0x0387}, Range{0x03f6, 0x03f6},   Range{0x0482, 0x0482},   Range{0x0589, 0x058f},
    Range{0x05be, 0x05be}, Range{0x05c0, 0x05c0},   Range{0x05c3, 0x05c3},   Range{0x05c6, 0x05c6},
    Range{0x05f3, 0x060f}, Range{0x061b, 0x061f},   Range{0x066a, 0x066d},   Range{0x06d4, 0x06d4},
    Range{0x06dd, 0x06de}, Range{0x06e9, 0x06e9},   Range{0x06fd, 0x06fe},   Range{0x0964, 0x0965},
    Range{0x0e3f, 0x0e3f}, Range{0x0e4f, 0x0e4f},   Range{0x0e5a, 0x0e5b},   Range{0x2000, 0x206f},
    Range{0x207a, 0x207e}, Range{0x208a, 0x208e},   Range{0x20a0, 0x20c0},   Range{0x2100, 0x2101},
    Range{0x2103, 0x2106}, Range{0x2108, 0x2109},   Range{0x2114, 0x2114},   Range{0x2116, 0x2118},
    Range{0x211e, 0x2123}, Range{0x218a, 0x244a},   Range{0x249c, 0x24e9},   Range{0x2500, 0x2775},
    Range{0x2794, 0x2bff}, Range{0x2e00, 0x2e2e},   Range{0x2e30, 0x3004},   Range{0x3008, 0x3020},
    Range{0x3030, 0x3030}, Range{0x3036, 0x3037},   Range{0x303d, 0x303f},   Range{0x309b, 0x309c},
    Range{0x30a0, 0x30a0}, Range{0x30fb, 0x30fb},   Range{0x3200, 0x321e},   Range{0x322a, 0x3247},
    Range{0x3250, 0x3250}, Range{0x3260, 0x327f},   Range{0x328a, 0x32b0},   Range{0x32c0, 0x33ff},
    Range{0xfd3e, 0xfd4f}, Range{0xfdfc, 0xfdff},   Range{0xfe10, 0xfe19},   Range{0xfe30, 0xfe6b},
    Range{0xfeff, 0xff0f}, Range{0xff1a, 0xff20},   Range{0xff3b, 0xff40},   Range{0xff5b, 0xff65},
    Range{0xffe0, 0xfffc}, Range{0x1f000, 0x1faff}, Range{0xe0001, 0xe007f},
};

bool is_separator(char32_t code_point) {
    const auto* const after = std::upper_bound(separators.begin(), separators.end(), code_point,
                                               [](char32_t point, const Range& range) { return point < range.first; });
    return after != separators.begin() && code_point <= std::prev(after)->last;
}

// Takes one character away from the front of valid UTF-8.
char32_t take_character(std::string_view& utf8) {
    const auto lead = static_cast<unsigned char>(utf8.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t code_point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        code_point = (code_point << 6) | (static_cast<unsigned char>(utf8[i]) & 0x3fU);
    }
    utf8.remove_prefix(length);
    return code_point;
}

}  // namespace

std::vector<std::string_view> split_words(std::string_view utf8) {
    std::vector<std::string_view> words;
    std::size_t length = 0;  // of the word that ends where `rest` begins
    for (std::string_view rest = utf8; !rest.empty();) {
        const char* const begin = rest.data();
        if (!is_separator(take_character(rest))) {
            length += static_cast<std::size_t>(rest.data() - begin);
        } else if (length > 0) {
            words.emplace_back(begin - length, length);
            length = 0;
        }
    }
    if (length > 0) words.push_back(utf8.substr(utf8.size() - length));
    return words;
}

}  // namespace msh::terms
