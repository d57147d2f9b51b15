// The first bytes of every file msh writes in profile basic: a preamble of zeros, "DICM", and file meta information of
// which nothing but the transfer syntax comes from the original.
//
//     (0002,0001)  version 00\01              (0002,0010)  transfer syntax, as in the original
//     (0002,0002)  SOP class                  (0002,0012)  implementation_class_uid
//     (0002,0003)  SOP instance, mapped       (0002,0013)  "MSH_" and the version
//
// Source: DICOM PS3.10 section 7.1.
#pragma once

#include <string_view>

#include "base/bytes.hpp"

namespace msh::dicom {

// Made once from a random UUID (PS3.5 annex B.2); it names msh in files and stays the same in all versions.
inline constexpr std::string_view implementation_class_uid = "2.25.130871984998513822204746626303033220204";

[[nodiscard]] Bytes file_head(std::string_view sop_class, std::string_view sop_instance,
                              std::string_view transfer_syntax);

}  // namespace msh::dicom
