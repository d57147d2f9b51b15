// What lies in a record's sealed box: what ties the object to its original, for its custodian alone.
//
//     {"transfer_syntax":"1.2...","size":N,"sha256":"<base64>",
//      "pseudonyms":{"0020000D":["2.25..."],"00100020":["..."],...},
//      "attributes":{"0020000D":["1.2..."],"00100010":["Doe^John"],"00400275.00400009":["..."],...}}
//
// Transfer syntax, size and SHA-256 are the original file's. The attributes are its values, decoded and spelled as
// they are there; the pseudonyms are what the de-identified file has in their place. Names are eight hexadecimal
// digits, in upper case, of the tag; within a sequence, the sequence's tag and a dot come first (as in PS3.18 section
// 8.3.4). A value is kept in UTF-8; U+FFFD stands for bytes that could not be decoded, and null for an attribute whose
// values are too long to be kept. The text is at most 64 KiB: attributes beyond that are left out, the last ones first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace msh::record {

struct Attribute {
    std::string tag;                                 // "00100010", "00400275.00400009"
    std::optional<std::vector<std::string>> values;  // nothing: too long
    bool operator==(const Attribute&) const = default;
};

struct Sealed {
    std::string transfer_syntax;
    std::uint64_t size = 0;
    Digest sha256{};
    std::vector<Attribute> pseudonyms;
    std::vector<Attribute> attributes;  // the most telling first
};

inline constexpr std::size_t max_sealed = std::size_t{64} << 10;

[[nodiscard]] std::string to_json(const Sealed& sealed);
// Throws Error (input) that names the member.
[[nodiscard]] Sealed read_sealed(std::string_view json);

// Null where it is not there.
[[nodiscard]] const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view tag);
// The first value of an attribute; empty where there is none.
[[nodiscard]] std::string first_value(const std::vector<Attribute>& attributes, std::string_view tag);
// All of them, with a backslash between as in the file; empty where there is none.
[[nodiscard]] std::string joined_values(const std::vector<Attribute>& attributes, std::string_view tag);

}  // namespace msh::record
