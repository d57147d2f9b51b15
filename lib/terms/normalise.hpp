// Value equality: the single definition used by indexing and querying. It takes UTF-8 and returns the
// bytes that are indexed; it does not need DCMTK.
//
//     std::vector<Term> terms = index_terms("00100010", decoded);             // from a file, as its sealed box has it
//     const Condition condition = parse_condition("PatientName=Doe^John");    // from a query
//
// By kind of attribute:
//
//   - name: each component group (separated by "=") is a value. Leading and trailing spaces of a component are dropped,
//     runs of them are one (also U+00A0 and U+3000, always as U+0020); trailing empty components are dropped;
//     case-folded, NFC. So "DOE^JOHN^^^ " is "Doe^John", and either half of "Yamada^Tarou=山田^太郎" finds it.
//   - identifier: byte for byte, without leading and trailing spaces.
//   - code: the same, ASCII letters in upper case.
//   - date: YYYYMMDD, a day of the calendar; also YYYY.MM.DD in files (ACR-NEMA) and YYYY-MM-DD in queries.
//   - text: like a name of one component.
//   - words: each word (terms/words.hpp) is a value; case-folded, NFC.
//   - uid: digits and dots, at most 64, without padding.
//
// NULs at the ends count as spaces. From a file, a value (a component group, a word) that is not of its kind gives
// nothing, and so does one with a control character (in words these are separators) or with U+FFFD, which stands for
// bytes that could not be decoded.
//
// A query holds one value. Of several words, or several component groups, each must hold. "*" and "?" are wildcards in
// DICOM queries and are refused rather than taken for themselves: `\*` and `\?` stand for the characters. Another
// backslash (which parts values in DICOM), an empty value, bytes that are not UTF-8, a value that is not of its kind
// and an unknown attribute are refused too, each as an Error of kind `usage`.
//
// Source: DICOM PS3.5 section 6.2 (padding, component groups), PS3.4 section C.2.2.2 (matching).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "terms/attributes.hpp"
#include "terms/term.hpp"

namespace msh::terms {

// Incremented with every change of the results of these functions; stored in the index manifest.
inline constexpr int normaliser_version = 1;
// What is indexed, and how, in words; its hash stands there too.
[[nodiscard]] std::string normaliser_description();

// What one decoded value is found by, given its attribute's tag as a sealed box names it; none for an attribute that
// cannot be searched.
[[nodiscard]] std::vector<Term> index_terms(std::string_view tag, std::string_view utf8);

// The same of a known attribute.
[[nodiscard]] std::vector<std::string> index_values(const Attribute& attribute, std::string_view utf8);

// At least one; an object matches when it has all of them.
[[nodiscard]] std::vector<std::string> query_values(const Attribute& attribute, std::string_view utf8);

// An object matches when it has all of the terms, one at least.
struct Condition {
    const Attribute* attribute = nullptr;
    std::vector<Term> terms;
};

// A key as msh-search and `findscu -k` take it: "PatientName=...", "(0010,0010)=...", "0010,0010=...".
[[nodiscard]] Condition parse_condition(std::string_view key);

}  // namespace msh::terms
