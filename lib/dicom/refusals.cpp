#include "dicom/refusals.hpp"

#include <array>
#include <cstdint>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <string>

#include "dicom/element_value.hpp"
#include "dicom/fault.hpp"
#include "dicom/uid_registry.hpp"

namespace msh::dicom {
namespace {

constexpr std::string_view dicom_root = "1.2.840.10008.";
constexpr std::uint32_t sop_class_uid = 0x00080016;

struct RefusedClass {
    std::string_view uid;  // one that ends with a dot stands for everything below it
    std::string_view reason;
};

constexpr std::array refused_classes{
    RefusedClass{"1.2.840.10008.5.1.4.1.1.88.59", "a key object selection"},
    RefusedClass{"1.2.840.10008.5.1.4.1.1.88.", "a structured report"},
    RefusedClass{"1.2.840.10008.5.1.4.1.1.11.", "a presentation state"},
    RefusedClass{"1.2.840.10008.5.1.4.1.1.9.100.", "a presentation state"},  // of waveforms
    RefusedClass{"1.2.840.10008.5.1.4.1.1.104.", "an encapsulated document"},
    RefusedClass{"1.2.840.10008.5.1.4.1.1.66", "raw data"},
    RefusedClass{"1.2.840.10008.5.1.4.1.1.131", "a structured display"},
    RefusedClass{"1.2.840.10008.5.1.4.1.1.9.4.", "an audio recording"},
    RefusedClass{"1.2.840.10008.5.1.1.27", "a stored print"},
};

// What a data set is by its elements, whatever its SOP class says.
struct RefusedElement {
    std::uint32_t tag;
    std::string_view reason;
};

constexpr std::array refused_elements{
    RefusedElement{0x0040A730, "a structured report"},       // Content Sequence
    RefusedElement{0x00420011, "an encapsulated document"},  // Encapsulated Document
    RefusedElement{0x00700001, "a presentation state"},      // Graphic Annotation Sequence
};

[[noreturn]] void refuse(std::string_view reason, std::uint32_t tag) {
    throw Fault(FaultClass::object_kind, std::string(reason)).at(tag);
}

bool names(const RefusedClass& refused, std::string_view sop_class) {
    return refused.uid.ends_with('.') ? sop_class.starts_with(refused.uid) : sop_class == refused.uid;
}

bool has_annotation_text(DcmItem& dataset) {
    constexpr Uint16 group = 0x0040;
    DcmItem* annotation = nullptr;
    for (signed long i = 0;
         dataset.findAndGetSequenceItem(DcmTagKey(group, 0xB020), annotation, i).good() && annotation != nullptr; ++i) {
        if (has_value(*annotation, 0x00700006)) return true;  // Unformatted Text Value
    }
    return false;
}

}  // namespace

void refuse_by_kind(DcmItem& dataset, std::string_view sop_class) {
    if (!sop_class.starts_with(dicom_root)) refuse("a private SOP class", sop_class_uid);
    if (!is_registered(sop_class, UidType::sop_class)) refuse("a SOP class that is not registered", sop_class_uid);
    for (const RefusedClass& refused : refused_classes) {
        if (names(refused, sop_class)) refuse(refused.reason, sop_class_uid);
    }
    for (const RefusedElement& refused : refused_elements) {
        if (has_value(dataset, refused.tag)) refuse(refused.reason, refused.tag);
    }
    if (has_annotation_text(dataset)) refuse("a waveform with textual annotations", 0x0040B020);
}

void refuse_pixel_text(PixelTextSet found, PixelTextSet allowed) {
    const PixelTextSet refused = found - allowed;
    if (refused.empty()) return;
    throw Fault(FaultClass::pixel_text, "pixels that may show names (" + refused.names() + ")",
                "--allow-pixel-text=" + refused.names() + " accepts such images, including any names in them");
}

}  // namespace msh::dicom
