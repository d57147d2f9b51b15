// The bytes of single elements as they stand in the file. DCMTK's string accessors would cut the padding of a value for
// good, and load a value whatever its size. (Needs no DCMTK header; tags are group << 16 | element.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

class DcmItem;

namespace msh::dicom {

// Long enough for every identifier, code and UID; what is longer is cut there.
inline constexpr std::size_t max_text_size = 4096;

// Without the spaces and NULs at either end; empty where there is no such element, or it has items instead of a value.
[[nodiscard]] std::string text_value(DcmItem& item, std::uint32_t tag, std::size_t limit = max_text_size);

// The same of an element that stands under VR UI; empty for any other.
[[nodiscard]] std::string uid_value(DcmItem& item, std::uint32_t tag);

// The bytes of a whole value, padding included; 0 where there is none.
[[nodiscard]] std::uint32_t value_length(DcmItem& item, std::uint32_t tag);

// The element's first two bytes as a number, whether its VR is known (US) or not; nothing where there are none.
[[nodiscard]] std::optional<std::uint16_t> short_value(DcmItem& item, std::uint32_t tag);

// The first values of an element of whole numbers (US, SS, UL, SL or the text of an IS), at most 8 of them; empty where
// there is none, or one of them is no whole number from 0 on (of a binary one its bits as such).
[[nodiscard]] std::vector<std::uint64_t> whole_numbers(DcmItem& item, std::uint32_t tag);

// Whether there is such an element and it is not empty.
[[nodiscard]] bool has_value(DcmItem& item, std::uint32_t tag);

}  // namespace msh::dicom
