// Padding inside the DICOM file, so that the size of a payload says little about the image in it: a Data Set Trailing
// Padding (FFFC,FFFC) of zeros, as the last element, brings the file to a Padmé size.
//
// A compressed image has nearly its own size, by which it could be recognised; an uncompressed one has the size of its
// matrix, and a deflated one cannot be padded from the inside (zeros deflate to nothing), whatever was asked.
//
// Sources: DICOM PS3.10 section 7.2 (trailing padding); Nikitin and others, "Reducing Metadata Leakage from Encrypted
// Files and Communication with PURBs", PoPETs 2019, section 4 (Padmé: at most 12 % more, and only O(log log size) bits
// of the size shown).
#pragma once

#include <cstdint>

namespace msh::dicom {

enum class Pad {
    none,
    compressed,  // images in an encapsulated transfer syntax
    all,         // and uncompressed ones
};

// The smallest Padmé size that is not below `size`.
[[nodiscard]] std::uint64_t padme(std::uint64_t size) noexcept;

// The length of the padding element's value that brings `size` bytes to a Padmé size, when its header takes `header`
// bytes; nothing is to be added (0, and no header either) where `size` is one already.
struct Padding {
    bool needed = false;
    std::uint32_t value_length = 0;
};
[[nodiscard]] Padding padding_for(std::uint64_t size, std::uint32_t header) noexcept;

}  // namespace msh::dicom
