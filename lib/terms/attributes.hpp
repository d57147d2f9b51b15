// The attributes an object can be searched by, and how a query names them. One table, used when terms are made of a
// file's values and when a query is read (terms/normalise.hpp); it needs no DCMTK, so msh-search links none.
//
//     const Attribute* attribute = find_attribute("PatientName");      // or "(0010,0010)", "0010,0010"
//
// Names are taken as `findscu -k` takes them: a keyword in its exact case, or group and element as one to four hex
// digits each in any case, with or without parentheses. Paths into sequences name no attribute here.
//
// A new attribute also needs a row in dicom/originals.cpp, which takes its value from the file into the sealed box.
//
// Source: DICOM PS3.6 section 6 (keywords, tags, value representations).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace msh::terms {

// What decides how values are compared; the rules are in terms/normalise.hpp.
enum class AttributeKind { uid, identifier, date, code, name, text, words };

struct Attribute {
    std::string_view keyword;
    std::uint16_t group;
    std::uint16_t element;
    AttributeKind kind;
};

// All of them.
[[nodiscard]] std::span<const Attribute> searchable_attributes() noexcept;

// Nothing (nullptr) for whatever is not in the table.
[[nodiscard]] const Attribute* find_attribute(std::string_view key) noexcept;

// By its name in a sealed box: "00100010".
[[nodiscard]] const Attribute* find_sealed_attribute(std::string_view tag) noexcept;

// The keywords, separated by ", ", for help texts and hints.
[[nodiscard]] std::string searchable_keywords();

}  // namespace msh::terms
