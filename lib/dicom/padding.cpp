#include "dicom/padding.hpp"

#include <algorithm>
#include <bit>

namespace msh::dicom {

std::uint64_t padme(std::uint64_t size) noexcept {
    if (size < 2) return size;
    const int exponent = static_cast<int>(std::bit_width(size)) - 1;
    const int kept_bits = static_cast<int>(std::bit_width(static_cast<unsigned>(exponent)));
    const std::uint64_t mask = (std::uint64_t{1} << (exponent - kept_bits)) - 1;
    return exponent <= kept_bits ? size : (size + mask) & ~mask;
}

std::uint64_t padded_size(std::uint64_t size, std::uint64_t pixels) noexcept {
    const std::uint64_t blocks = (size - pixels + padding_block - 1) / padding_block;
    return padme(blocks * padding_block + pixels);
}

std::uint32_t padding_for(std::uint64_t size, std::uint64_t pixels, std::uint32_t header) noexcept {
    // The longest even value. Only files beyond 70 GB would need more, and stay below their Padmé size.
    constexpr std::uint64_t longest = 0xFFFFFFFE;
    const std::uint64_t with_header = size + header;
    return static_cast<std::uint32_t>(std::min(padded_size(with_header, pixels) - with_header, longest));
}

}  // namespace msh::dicom
