// What lies in a record's about box: the de-identified description of the object, for whoever holds its study.
//
//     {"sop":"2.25...","series":"2.25...","study":"2.25...","sop_class":"1.2...","transfer_syntax":"1.2...",
//      "modality":"CT","size":N,"sha256":"<base64>"}
//
// The UIDs are those in the decrypted file; size and SHA-256 are of the whole file. Members not named here are passed
// over when reading.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace msh::record {

struct About {
    std::string sop;
    std::string series;  // empty where the object names none
    std::string study;
    std::string sop_class;
    std::string transfer_syntax;
    std::string modality;  // empty where the object names none
    std::uint64_t size = 0;
    Digest sha256{};
};

[[nodiscard]] std::string to_json(const About& about);
// Throws Error (input) that names the member.
[[nodiscard]] About read_about(std::string_view json);

}  // namespace msh::record
