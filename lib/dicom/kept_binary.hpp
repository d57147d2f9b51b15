// Which binary values profile basic keeps. Text could be hidden in them, so a value that is longer than the dictionary
// or the file's own counts allow, or that is not a plausible number, does not fit, and its element is removed.
//
//     if (!fits_binary(item, element)) ...           // a text of 24 bytes in Diffusion b-value (0018,9087)
//
// Numbers (AT FD FL SL SS SV UL US UV): whole values of their VR, as many as the dictionary's value multiplicity
// allows, none wider than the dictionary's VR.
//     AT       a tag of the dictionary
//     FL, FD   0, or between 1e-40 and 1e20 either way; infinite, not a number (without more bits set than that takes),
//              or the largest number of its size
//     SV, UV   less than 2^48 either way
// Bytes (OB OD OF OL OV OW, and lookup tables under any VR): only elements that may hold them (may_hold_bytes), whole
// values of their VR, and no more than can be told from elements of the same item:
//     lookup tables and palettes   the entries their descriptor says, of two bytes; segmented ones three times that
//     Waveform Data                channels x samples x bits allocated; a padding value one sample
//     Spectroscopy Data            rows x columns x frames x data points, two numbers each
//     surface points, vectors, grids, outlines, maps       their number, or the product of their dimensions
//     extended offset tables       one number for each frame
//     ICC Profile                  its own header's length, and its signature
// A shorter value fits. The content of a value of a fitting length is not checked: palettes, waveforms, ICC profiles,
// meshes, lists of numbers, and the few bytes of a single number can still carry text, as msh-encrypt(1) says.
//
// Sources: DICOM PS3.5 section 6.2 (sizes), PS3.6 (multiplicities), PS3.3 C.7.6.3.1.5 (palettes), C.11.1.1 (lookup
// tables), C.10.9.1 (waveforms), C.8.14.4 (spectroscopy), C.27.1 (surfaces), C.20.3 (grids), ICC.1:2010 section 7.2.
#pragma once

#include <cstdint>

#include "dicom/vr.hpp"

class DcmElement;
class DcmItem;

namespace msh::dicom {

// Whether an element with this tag and a VR for bytes is kept at all.
[[nodiscard]] bool may_hold_bytes(std::uint32_t tag) noexcept;

// Whether `length` bytes of VR `actual` are as many values as the dictionary allows; for bytes, only whether they are
// complete values.
[[nodiscard]] bool fits_dictionary(std::uint32_t tag, Vr actual, std::uint32_t length) noexcept;

// `element` belongs to `item`, or did; the elements before it still do. True for every element that is not binary.
// Fault (malformed) if the value cannot be read.
[[nodiscard]] bool fits_binary(DcmItem& item, DcmElement& element);

}  // namespace msh::dicom
