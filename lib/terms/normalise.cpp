#include "terms/normalise.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "terms/value_text.hpp"
#include "terms/words.hpp"

namespace msh::terms {
namespace {

// What one value comes to. Not `sound` when a part of it was left out.
struct Normalised {
    std::vector<std::string> values;
    bool sound = true;

    void add(std::optional<std::string> value) {
        if (!value) {
            sound = false;
        } else if (!value->empty() && std::find(values.begin(), values.end(), *value) == values.end()) {
            values.push_back(std::move(*value));
        }
    }
};

// Control characters of ASCII and of ISO 6429 (U+0080 to U+009F), and U+FFFD.
bool has_unsound_character(std::string_view utf8) {
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        if (byte == 0xc2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xa0) return true;
    }
    return utf8.find("\ufffd") != std::string_view::npos;
}

// Without spaces at the ends, with one where there are several.
std::string collapse_spaces(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::string_view rest = text.substr(i);
        bool is_space = false;
        for (const std::string_view space : {" ", "\u00a0", "\u3000"}) {
            if (!rest.starts_with(space)) continue;
            is_space = true;
            i += space.size();
            break;
        }
        if (is_space) {
            if (!out.empty() && out.back() != ' ') out.push_back(' ');
        } else {
            out.push_back(text[i++]);
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::optional<std::string> sound_or_nothing(std::string text) {
    if (has_unsound_character(text)) return std::nullopt;
    return text;
}

std::optional<std::string> folded_text(std::string_view text) {
    if (has_unsound_character(text)) return std::nullopt;
    return fold_case(collapse_spaces(text));
}

std::optional<std::string> component_group(std::string_view group) {
    std::string out;
    for (const std::string_view component : split(group, '^'))
        out += collapse_spaces(component) + '^';
    out.erase(out.find_last_not_of('^') + 1);
    return folded_text(out);
}

// YYYYMMDD, also with `separator` between its parts.
std::optional<std::string> calendar_date(std::string_view text, char separator) {
    std::string digits(text);
    if (digits.size() == 10 && digits[4] == separator && digits[7] == separator) {
        digits.erase(7, 1);
        digits.erase(4, 1);
    }
    if (digits.size() != 8 || digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    const auto number = [&](std::size_t from, std::size_t count) {
        unsigned value = 0;
        std::from_chars(digits.data() + from, digits.data() + from + count, value);
        return value;
    };
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(0, 4))),
                                          std::chrono::month(number(4, 2)), std::chrono::day(number(6, 2))};
    if (number(0, 4) == 0 || !day.ok()) return std::nullopt;
    return digits;
}

std::optional<std::string> uid(std::string_view text) {
    if (text.size() > 64 || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    return std::string(text);
}

Normalised words(std::string_view text) {
    const auto folded = fold_case(text);
    if (!folded) return {{}, false};
    Normalised out;
    for (const std::string_view word : split_words(*folded))
        out.add(sound_or_nothing(std::string(word)));
    return out;
}

Normalised normalise(AttributeKind kind, std::string_view utf8, char date_separator) {
    const std::string_view text = trim_padding(utf8);
    Normalised out;
    if (text.empty()) return out;
    switch (kind) {
        case AttributeKind::uid:
            out.add(uid(text));
            break;
        case AttributeKind::identifier:
            out.add(sound_or_nothing(std::string(text)));
            break;
        case AttributeKind::date:
            out.add(calendar_date(text, date_separator));
            break;
        case AttributeKind::code:
            out.add(sound_or_nothing(upper_ascii(text)));
            break;
        case AttributeKind::text:
            out.add(folded_text(text));
            break;
        case AttributeKind::name:
            for (const std::string_view group : split(text, '='))
                out.add(component_group(group));
            break;
        case AttributeKind::words:
            return words(text);
    }
    return out;
}

[[noreturn]] void refuse(const Attribute& attribute, const std::string& why, const std::string& hint) {
    throw Error(ErrorKind::usage, std::string(attribute.keyword) + ": " + why, hint);
}

// The query's text with its escapes resolved.
std::string unescape(const Attribute& attribute, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_escape = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '?');
        if (is_escape) {
            ++i;
        } else if (text[i] == '\\') {
            refuse(attribute, "a query holds one value",
                   "a backslash separates values; repeat the key for another value");
        } else if (text[i] == '*' || text[i] == '?') {
            refuse(attribute, "wildcards are not supported", "write \\* or \\? for the character itself");
        }
        out.push_back(text[i]);
    }
    return out;
}

std::vector<Term> terms_of(const Attribute& attribute, std::vector<std::string> values) {
    std::vector<Term> terms;
    terms.reserve(values.size());
    for (std::string& value : values)
        terms.push_back({std::string(attribute.keyword), std::move(value)});
    return terms;
}

}  // namespace

std::vector<std::string> index_values(const Attribute& attribute, std::string_view utf8) {
    return normalise(attribute.kind, utf8, '.').values;
}

std::vector<Term> index_terms(std::string_view tag, std::string_view utf8) {
    const Attribute* const attribute = find_sealed_attribute(tag);
    if (attribute == nullptr) return {};
    return terms_of(*attribute, index_values(*attribute, utf8));
}

std::vector<std::string> query_values(const Attribute& attribute, std::string_view utf8) {
    if (!is_valid_utf8(utf8)) refuse(attribute, "the value is not UTF-8", "");
    Normalised query = normalise(attribute.kind, unescape(attribute, utf8), '-');
    if (query.sound && !query.values.empty()) return std::move(query.values);
    switch (attribute.kind) {
        case AttributeKind::date:
            refuse(attribute, "not a date", "one day, as YYYYMMDD or YYYY-MM-DD");
        case AttributeKind::uid:
            refuse(attribute, "not a UID", "digits and dots, at most 64");
        case AttributeKind::words:
            refuse(attribute, "no word to search for", "");
        default:
            refuse(attribute, query.sound ? "empty value" : "a character that no value can contain", "");
    }
}

Condition parse_condition(std::string_view key) {
    const std::size_t equals = key.find('=');
    if (equals == std::string_view::npos) {
        throw Error(ErrorKind::usage, "a search key without a value", "as in PatientID=1234");
    }
    const Attribute* const attribute = find_attribute(key.substr(0, equals));
    if (attribute == nullptr) {
        throw Error(ErrorKind::usage, "not a searchable attribute", "one of " + searchable_keywords());
    }
    return {attribute, terms_of(*attribute, query_values(*attribute, key.substr(equals + 1)))};
}

std::string normaliser_description() {
    return "equality of " + searchable_keywords();
}

}  // namespace msh::terms
