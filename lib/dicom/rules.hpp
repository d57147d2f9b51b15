// What happens to an element, by its tag, the value representation it stands under in the file and nothing else: one
// pure function, so that the whole policy can be read and tested without a file.
//
//     action_for(0x00080020, Vr::DA) == Action::empty           // Study Date: Z in the table
//
// The first matching rule applies:
//   1. Private elements, group lengths, groups below 0008 (commands, file meta information, directories), curves
//      (50xx), overlays (60xx), variable pixel data (7Fxx), pixel data and security screening (4010): removed.
//   2. What the dictionary does not know is removed. The price: elements of later editions are lost until the
//      dictionary is made anew.
//   3. A sequence that is none in the file, or the reverse, is removed; so is anything left as UN or under a VR that
//      does not exist.
//   4. Table E.1-1 decides where it has a row (dicom/confidentiality.hpp).
//   5. Identifying elements that the table omits are removed: a list in rules.cpp.
//   6. By the dictionary's VR: DA, TM and DT become dummies. PN, ST, LT, UC, UT and UR are removed, except codes and
//      what describes a segment. UI is mapped, whatever the root, except where the element names a class, a transfer
//      syntax, a coding scheme or a context group, and the UID is registered as one (dicom/uid_registry.hpp).
//      Bytes (OB, OW, OF ...) are removed, except those that are known to be needed (dicom/kept_binary.hpp).
//   7. Everything else is kept, sequences with their items treated; but not where the file's VR can say more than the
//      dictionary's (text in place of a number).
// Of what is kept, numeric strings and codes lose values that are none (dicom/kept_text.hpp), and binary values that do
// not fit are removed (dicom/kept_binary.hpp).
// Kept, and not looked into: Code Meaning, Segment Label and Description, Tracking ID, Beam Name and other short labels
// (SH, LO).
#pragma once

#include <cstdint>

#include "dicom/confidentiality.hpp"
#include "dicom/uid_registry.hpp"
#include "dicom/vr.hpp"

namespace msh::dicom {

[[nodiscard]] Action action_for(std::uint32_t tag, Vr actual) noexcept;

// What the UIDs of an element name, if they name no single thing.
[[nodiscard]] UidType uid_type_of(std::uint32_t tag) noexcept;

}  // namespace msh::dicom
