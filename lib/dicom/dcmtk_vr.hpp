// DCMTK's names for value representations, for the .cpp files of this room.
#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcvr.h>

#include "dicom/vr.hpp"

namespace msh::dicom {

[[nodiscard]] DcmEVR to_dcmtk(Vr vr) noexcept;

// Vr::none for UN, for a VR that is no VR, and for what DCMTK uses inside.
[[nodiscard]] Vr from_dcmtk(DcmEVR vr) noexcept;

}  // namespace msh::dicom
