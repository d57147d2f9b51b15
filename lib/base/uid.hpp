// Validity of a UID, checked wherever a UID from outside becomes a file name or is written into a file.
#pragma once

#include <string_view>

namespace msh {

// Non-empty components of digits, separated by dots, at most 64 characters (DICOM PS3.5 section 9.1). Leading
// zeros in a component are accepted, since they occur in files.
[[nodiscard]] bool is_uid(std::string_view text) noexcept;

}  // namespace msh
