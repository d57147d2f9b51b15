// The data dictionary of DICOM PS3.6, compiled in: which value representation a tag has. It takes the place of the
// dictionary DCMTK would read from a text file, which costs some 20 ms at every start, differs between releases, and
// can be replaced by setting DCMDICTPATH.
//
//     load_dictionary();                                 // gives it to DCMTK; before the first parse
//     standard_vr(0x00100010) == Vr::PN
//
// There are no names in it, and no private elements: DCMTK takes those of an implicit file for UN.
//
// The rows are in dictionary_table.inc, made by scripts/make-dictionary from the dictionaries of DCMTK 3.6.7 (PS3.6
// edition 2022b) and pydicom 3.0.1; the later one of DCMTK 3.6.9 differs from them in no VR.
// The multiplicities are the newest one's.
#pragma once

#include <cstddef>
#include <cstdint>

#include "dicom/vr.hpp"

namespace msh::dicom {

// Makes DCMTK parse with this dictionary and nothing else, whatever the environment says or was loaded before, and
// re-read elements of VR UN as what the dictionary calls them. Any number of calls from any thread; the first does the
// work and belongs before the first parse. It sets DCMDICTPATH for a moment, so threads that read the environment
// should start later.
void load_dictionary();

// The value representation of a tag (group << 16 | element). Vr::none for what is not in the dictionary, which has no
// private tags and no repeating groups: DCMTK is given those of overlays besides.
[[nodiscard]] Vr standard_vr(std::uint32_t tag) noexcept;

// How many values an element may have: least, least + step, ... up to most (0: without end).
struct Multiplicity {
    std::uint8_t least = 1;
    std::uint8_t most = 1;
    std::uint8_t step = 1;
};

// That of a tag of the dictionary; one value for any other.
[[nodiscard]] Multiplicity standard_vm(std::uint32_t tag) noexcept;

// None at all is always allowed.
[[nodiscard]] bool allows(Multiplicity multiplicity, std::size_t count) noexcept;

}  // namespace msh::dicom
