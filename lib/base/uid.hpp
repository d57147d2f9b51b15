// What a UID may look like, wherever one from outside becomes a file's name or is written into a file.
#pragma once

#include <string_view>

namespace msh {

// Digits in components parted by dots, none of them empty, 64 characters at most (DICOM PS3.5 section 9.1). Zeros that
// lead a component are let pass: files have them.
[[nodiscard]] bool is_uid(std::string_view text) noexcept;

}  // namespace msh
