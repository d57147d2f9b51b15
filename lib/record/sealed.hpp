// What lies in a record's sealed box: what ties the object to its original, for its custodian alone.
//
//     {"sop":"1.2...","series":"1.2...","study":"1.2...","transfer_syntax":"1.2...","size":N,"sha256":"<base64>",
//      "normaliser":1,"terms":[["PatientName","doe^john"],...]}
//
// The UIDs, size and SHA-256 are the original file's; the terms are what the index finds the object by, already
// normalised. The text is at most 64 KiB: terms beyond that are left out, the last ones first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace msh::record {

struct Term {
    std::string attribute;  // keyword
    std::string value;      // normalised, UTF-8
};

struct Sealed {
    std::string sop;
    std::string series;
    std::string study;
    std::string transfer_syntax;
    std::uint64_t size = 0;
    Digest sha256{};
    std::uint64_t normaliser = 0;
    std::vector<Term> terms;
};

inline constexpr std::size_t most_sealed = std::size_t{64} << 10;

[[nodiscard]] std::string to_json(const Sealed& sealed);
// Throws Error (input) that names the member.
[[nodiscard]] Sealed read_sealed(std::string_view json);

}  // namespace msh::record
