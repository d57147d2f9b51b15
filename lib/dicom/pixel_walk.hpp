// The way through encapsulated pixel data: from item to item by their lengths to the Sequence Delimitation Item. The
// bytes of the fragments are never looked at, so whatever a codec writes there cannot end the walk early.
//
// Source: DICOM PS3.5 section A.4.
#pragma once

#include <cstdint>

#include "dicom/input.hpp"

namespace msh::dicom {

// The input stands on the first item (the offset table); afterwards behind the delimiter. Gives the number of bytes in
// between, delimiter included. Throws Error(input) where there is no item, the table
// is no list of 32-bit offsets, or the input ends first.
std::uint64_t walk_fragments(Input& input);

}  // namespace msh::dicom
