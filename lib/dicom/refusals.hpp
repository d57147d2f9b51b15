// What profile basic always refuses: objects whose content is text, and objects with vendor-specific content.
// De-identification by tables cannot find names in them.
//
//     refuse_by_kind(dataset, sop_class);                      // throws Fault (object_kind)
//     refuse_pixel_text(found, allowed);                       // throws Fault (pixel_text), with a hint at the option
//
// Structured reports and key objects, presentation states, encapsulated documents, raw data, audio recordings,
// waveforms with textual annotations, structured displays, stored prints, private SOP classes, and those below DICOM's
// root that are not registered (dicom/uid_registry.hpp): their content is not specified, and the UID itself could carry
// data. A DICOMDIR is refused earlier, in every profile (dicom/instance.hpp): it is not an instance.
//
// Sources: DICOM PS3.4 annex B.5 (SOP classes), PS3.15 E.1.
#pragma once

#include <string_view>

#include "dicom/pixel_text.hpp"

class DcmItem;

namespace msh::dicom {

void refuse_by_kind(DcmItem& dataset, std::string_view sop_class);

void refuse_pixel_text(PixelTextSet found, PixelTextSet allowed);

}  // namespace msh::dicom
