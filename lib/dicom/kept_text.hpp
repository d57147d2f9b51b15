// What the text of an element that profile basic keeps may say. Numbers, codes and names of character sets are kept
// unseen by others too, so letters must not travel in them.
//
//     if (const auto clean = clean_text(0x00180050, "1.25\\DOE ")) ...         // "1.25\": invalid values become empty
//
//     DS, IS       digits, "+", "-", ".", "E", "e" and spaces
//     (0008,0005)  the defined terms that terms/charset.hpp knows
//     (0008,0060)  the defined terms of Modality (DICOM PS3.3 C.7.3.1.1.1), retired ones included
//     CS           capital letters, digits, spaces and "_"; "Yes" and "No", and names of photometric interpretations,
//                  in any case
// Everything else is as it is: nothing to say of it. The VR is the dictionary's, whatever the file's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace msh::dicom {

[[nodiscard]] bool has_strict_text(std::uint32_t tag) noexcept;

// Nothing where the text may stay as it is.
[[nodiscard]] std::optional<std::string> clean_text(std::uint32_t tag, std::string_view text);

}  // namespace msh::dicom
