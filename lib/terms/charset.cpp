#include "terms/charset.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text.hpp"
#include "terms/code_page.hpp"
#include "terms/value_text.hpp"

namespace msh::terms {

// `escape` is what designates the set, after ESC. In code page `code_page` a character of the set is `prefix` followed
// by `width` bytes above 0x7F. A set without a code page is ASCII, romaji with an overline for "~" (its yen sign is
// where DICOM has the backslash).
struct CharacterSet::Set {
    std::string_view term;  // the number in "ISO_IR n" and "ISO 2022 IR n"
    std::string_view escape;
    bool upper;
    std::uint8_t width;
    const char* code_page;
    std::string_view prefix;
};

namespace {

using Set = CharacterSet::Set;

constexpr char escape_byte = '\x1b';
constexpr std::string_view replacement = "\ufffd";

// PS3.3 tables C.12-2 to C.12-4.
constexpr std::array sets{
    Set{"6", "(B", false, 1, nullptr, ""},
    Set{"", "(J", false, 1, nullptr, ""},  // JIS X 0201 romaji, the lower half of IR 13
    Set{"87", "$B", false, 2, "EUC-JP", ""},
    Set{"159", "$(D", false, 2, "EUC-JP", "\x8f"},
    Set{"13", ")I", true, 1, "EUC-JP", "\x8e"},
    Set{"100", "-A", true, 1, "ISO-8859-1", ""},
    Set{"101", "-B", true, 1, "ISO-8859-2", ""},
    Set{"109", "-C", true, 1, "ISO-8859-3", ""},
    Set{"110", "-D", true, 1, "ISO-8859-4", ""},
    Set{"126", "-F", true, 1, "ISO-8859-7", ""},
    Set{"127", "-G", true, 1, "ISO-8859-6", ""},
    Set{"138", "-H", true, 1, "ISO-8859-8", ""},
    Set{"144", "-L", true, 1, "ISO-8859-5", ""},
    Set{"148", "-M", true, 1, "ISO-8859-9", ""},
    Set{"166", "-T", true, 1, "TIS-620", ""},
    Set{"203", "-b", true, 1, "ISO-8859-15", ""},
    Set{"58", "$)A", true, 2, "GB2312", ""},
    Set{"149", "$)C", true, 2, "EUC-KR", ""},
};
constexpr const Set* ascii = &sets[0];
constexpr const Set* romaji = &sets[1];
constexpr const Set* katakana = &sets[4];
constexpr const Set* latin1 = &sets[5];

bool is_high(char byte) noexcept {
    return static_cast<unsigned char>(byte) >= 0x80;
}
bool is_control(char byte) noexcept {
    return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}
bool is_plain(std::string_view bytes) noexcept {
    return std::none_of(bytes.begin(), bytes.end(), [](char byte) { return is_high(byte) || byte == escape_byte; });
}

bool ends_text(char byte, Delimiters delimiters) noexcept {
    return byte == '\\' || (delimiters == Delimiters::name && (byte == '^' || byte == '='));
}

std::vector<std::string> split_values(std::string_view text) {
    const std::vector<std::string_view> values = split(text, '\\');
    return {values.begin(), values.end()};
}

// Decodes one element by PS3.5 section 6.1.2.5.
class Decoder {
  public:
    Decoder(std::string_view bytes, Delimiters delimiters, const Set* lower, const Set* upper)
        : bytes_(bytes), delimiters_(delimiters), first_lower_(lower), first_upper_(upper) {}

    std::vector<std::string> values() {
        reset();
        while (!bytes_.empty()) {
            const char byte = bytes_.front();
            if (byte == escape_byte) {
                designate();
            } else if (is_high(byte)) {
                convert_upper();
            } else if (lower_->width == 1 || byte == ' ' || is_control(byte)) {
                single_byte(byte);
            } else {
                convert_lower();
            }
        }
        return std::move(values_);
    }

  private:
    void reset() noexcept {
        lower_ = first_lower_;
        upper_ = first_upper_;
    }

    // An escape sequence: ESC, intermediate bytes, a final byte.
    void designate() {
        bytes_.remove_prefix(1);
        for (const Set& set : sets) {
            if (!bytes_.starts_with(set.escape)) continue;
            (set.upper ? upper_ : lower_) = &set;
            bytes_.remove_prefix(set.escape.size());
            return;
        }
        while (!bytes_.empty() && bytes_.front() >= 0x20 && bytes_.front() < 0x30)
            bytes_.remove_prefix(1);
        if (!bytes_.empty() && !is_high(bytes_.front()) && !is_control(bytes_.front())) bytes_.remove_prefix(1);
        values_.back().append(replacement);
    }

    void single_byte(char byte) {
        bytes_.remove_prefix(1);
        const bool is_delimiter = ends_text(byte, delimiters_);
        if (is_delimiter || is_control(byte)) {
            reset();
        } else if (lower_ == romaji && byte == '~') {
            values_.back().append("\u203e");
            return;
        }
        if (is_delimiter && byte == '\\') {
            values_.emplace_back();
        } else {
            values_.back().push_back(byte);
        }
    }

    // The longest run of bytes that satisfy `belongs`, taken away from what is left.
    template <typename Predicate>
    std::string_view take_run(Predicate belongs) {
        const auto length =
            static_cast<std::size_t>(std::find_if_not(bytes_.begin(), bytes_.end(), belongs) - bytes_.begin());
        const std::string_view run = bytes_.substr(0, length);
        bytes_.remove_prefix(length);
        return run;
    }

    void convert_upper() {
        const std::string_view run = take_run(is_high);
        if (upper_ == nullptr) {
            values_.back().append(replacement);
        } else {
            convert(*upper_, run);
        }
    }

    void convert_lower() {
        convert(*lower_, take_run([](char byte) { return byte > 0x20 && byte < 0x7f; }));
    }

    void convert(const Set& set, std::string_view run) {
        std::string coded;
        for (std::size_t i = 0; i < run.size(); ++i) {
            if (i % set.width == 0) coded.append(set.prefix);
            coded.push_back(static_cast<char>(static_cast<unsigned char>(run[i]) | 0x80U));
        }
        values_.back().append(to_utf8(set.code_page, coded, set.prefix.size() + set.width));
    }

    std::string_view bytes_;
    Delimiters delimiters_;
    const Set* first_lower_;
    const Set* first_upper_;
    const Set* lower_ = nullptr;
    const Set* upper_ = nullptr;
    std::vector<std::string> values_{std::string()};
};

// As a defined term is spelled, with a space for each sign that writers put in its place.
std::string spelled_term(std::string_view text) {
    std::string term = upper_ascii(text);
    std::replace_if(
        term.begin(), term.end(), [](char c) { return c == '_' || c == '-' || c == '\0'; }, ' ');
    return std::string(trim_padding(term));
}

// The number of a defined term: "ISO IR 100" and "ISO 2022 IR 100" give "100".
std::string_view term_number(std::string_view term) {
    for (const std::string_view prefix : {"ISO IR ", "ISO 2022 IR "}) {
        if (term.starts_with(prefix)) return term.substr(prefix.size());
    }
    return {};
}

const char* whole_code_page(std::string_view term) {
    if (term_number(term) == "192") return "UTF-8";
    if (term == "GB18030") return "GB18030";
    return term == "GBK" ? "GBK" : nullptr;
}

const Set* find_set(std::string_view term) {
    const std::string_view number = term_number(term);
    if (number.empty()) return nullptr;
    const auto* const found =
        std::find_if(sets.begin(), sets.end(), [&](const Set& set) { return set.term == number; });
    return found == sets.end() ? nullptr : found;
}

}  // namespace

CharacterSet::CharacterSet(std::string_view specific_character_set) : lower_(ascii) {
    const std::vector<std::string_view> terms = split(specific_character_set, '\\');
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const std::string term = spelled_term(terms[i]);
        if (i == 0 && (whole_ = whole_code_page(term)) != nullptr) return;
        const Set* const set = find_set(term);
        if (set == nullptr || set == ascii) continue;
        declared_ = true;
        if (i == 0 && set == katakana) lower_ = romaji;
        if (set->upper && upper_ == nullptr) upper_ = set;
    }
    if (!declared_) upper_ = latin1;
}

bool is_character_set_term(std::string_view value) {
    const std::string term = spelled_term(value);
    return term.empty() || whole_code_page(term) != nullptr || find_set(term) != nullptr;
}

std::vector<std::string> CharacterSet::decode(std::string_view bytes, Delimiters delimiters) const {
    if (is_plain(bytes) && lower_ == ascii) return split_values(bytes);
    if (whole_ != nullptr) return split_values(to_utf8(whole_, bytes, 1));
    const bool extended = bytes.find(escape_byte) != std::string_view::npos;
    if (!declared_ && !extended && is_valid_utf8(bytes)) return split_values(bytes);
    return Decoder(bytes, delimiters, lower_, upper_).values();
}

}  // namespace msh::terms
