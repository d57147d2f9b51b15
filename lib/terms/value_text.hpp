// The syntax of value text: values separated by backslashes (or components by another character), padding at their
// ends, and letters whose case means nothing. Bytes below 0x80 alone are looked at. (DICOM PS3.5 section 6.2)
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace msh::terms {

// Without NULs and spaces at either end.
[[nodiscard]] std::string_view trim_padding(std::string_view value) noexcept;

// The parts between the separators, one at least; they are views of `text`. Not for text of a character set in which a
// separator's byte may be half a character (base code page GB18030, ISO 2022): decode that first (charset.hpp).
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

// With the letters a to z in upper case.
[[nodiscard]] std::string upper_ascii(std::string_view text);

}  // namespace msh::terms
