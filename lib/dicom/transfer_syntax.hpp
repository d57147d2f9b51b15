// The transfer syntaxes msh takes, by a list of its own: what DCMTK does not know (High-Throughput JPEG 2000, JPEG XL)
// must neither be refused nor come out under another name.
//
//     const TransferSyntax& syntax = transfer_syntax("1.2.840.10008.1.2.1");
//
// Throws Error(refused) for a UID that is not in the list, among them private ones, and those whose pixels lie
// elsewhere (JPIP, SMPTE ST 2110).
//
// Source: DICOM PS3.6 table A-1, PS3.5 annex A.
#pragma once

#include <string_view>

namespace msh::dicom {

enum class Encoding {
    implicit_little,
    explicit_little,
    explicit_big,
    deflated,      // explicit little endian, all of it behind the file meta information deflated
    encapsulated,  // explicit little endian, pixel data in fragments
};

struct TransferSyntax {
    std::string_view uid;
    Encoding encoding;
};

[[nodiscard]] const TransferSyntax& transfer_syntax(std::string_view uid);

}  // namespace msh::dicom
