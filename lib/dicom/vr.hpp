// Value representations (DICOM PS3.5 section 6.2) and how they are related. Independent of DCMTK, so that the rules
// based on VR can be read and tested alone.
#pragma once

#include <cstddef>
#include <cstdint>

namespace msh::dicom {

// clang-format off
enum class Vr : std::uint8_t {
    none,  // unknown to the dictionary; or, in a file, UN and whatever is no VR
    AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, OB, OD, OF, OL, OV, OW, PN, SH, SL, SQ, SS, ST, SV, TM, UC, UI,
    UL, UR, US, UT, UV,
    ox,  // OB or OW
    xs,  // US or SS
    lt,  // US, SS or OW
};
// clang-format on

// Whether a value that the dictionary calls `standard` may stand in a file as `actual` without being able to say more:
// of the same family, and not a wider member of it. Text in place of a number, or a long text in place of a short one,
// is not.
[[nodiscard]] bool is_no_wider(Vr actual, Vr standard) noexcept;

// The bytes of one value of a binary VR; 0 for texts and sequences.
[[nodiscard]] std::size_t unit_size(Vr vr) noexcept;

// A VR for bytes whose meaning the VR does not say, or one that may be.
[[nodiscard]] bool holds_bytes(Vr vr) noexcept;

}  // namespace msh::dicom
