// What profile basic keeps out, whatever is allowed: objects whose content is text, and those nobody outside their
// maker can judge. De-identification by tables cannot find a name in them.
//
//     refuse_by_kind(dataset, sop_class);                      // throws Error(refused)
//     refuse_pixel_text(found, allowed);                       // the same, with a hint naming the option
//
// Structured reports and key objects, presentation states, encapsulated documents, raw data, audio recordings,
// waveforms with annotations in words, structured displays, stored prints, SOP classes that are not DICOM's own, and
// those below its root that are not registered (dicom/uid_registry.hpp): what nobody has specified cannot be judged,
// and its number may be made up to carry something. A DICOMDIR is refused earlier, in every profile
// (dicom/instance.hpp): it is no instance.
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
