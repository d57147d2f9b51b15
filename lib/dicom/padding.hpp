// Padding inside the DICOM file, so that the size of a payload says little about the image in it: a Data Set Trailing
// Padding (FFFC,FFFC) of zeros, as the last element, brings every file but a deflated one to its padded size.
//
//     out(element_header(tag, padding_for(size, pixels, header), encoding))       // and as many zeros
//
// First the size of everything but the pixel data is rounded up to a multiple of 8 KiB: the texts that are kept differ
// from image to image, and with a small matrix Padmé alone would not hide it. Then the whole is rounded up to a Padmé
// size, since the size of a compressed image is nearly unique. So all uncompressed images of the same matrix and
// transfer syntax have the same size, if their other elements need the same number of 8 KiB blocks.
//
// A deflated file cannot be padded inside: zeros deflate to nothing, and random bytes would have to be the same each
// time the file is written.
//
// Sources: DICOM PS3.10 section 7.2 (trailing padding); Nikitin and others, "Reducing Metadata Leakage from Encrypted
// Files and Communication with PURBs", PoPETs 2019, section 4 (Padmé: at most 12 % more, and only O(log log size) bits
// of the size shown).
#pragma once

#include <cstdint>

namespace msh::dicom {

inline constexpr std::uint64_t padding_block = 8192;

// The smallest Padmé size that is not below `size`.
[[nodiscard]] std::uint64_t padme(std::uint64_t size) noexcept;

// The size of a padded file of `size` bytes, the header of the padding element included, of which `pixels` are pixel
// data.
[[nodiscard]] std::uint64_t padded_size(std::uint64_t size, std::uint64_t pixels) noexcept;

// The length of the padding element's value, when its header takes `header` bytes and the file is `size` bytes without
// both. It may be 0.
[[nodiscard]] std::uint32_t padding_for(std::uint64_t size, std::uint64_t pixels, std::uint32_t header) noexcept;

}  // namespace msh::dicom
