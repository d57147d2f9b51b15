#include "dicom/rules.hpp"

#include <algorithm>
#include <iterator>

#include "dicom/dictionary.hpp"
#include "dicom/kept_binary.hpp"

namespace msh::dicom {
namespace {

constexpr bool in_removed_group(std::uint32_t tag) {
    const std::uint32_t group = tag >> 16;
    const std::uint32_t element = tag & 0xFFFF;
    if ((group & 1) != 0 || element == 0 || group < 0x0008 || group == 0x4010) return true;
    switch (group >> 8) {
        case 0x50:
        case 0x60:
            return true;
        case 0x7F:
            return group != 0x7FE0 || element >= 0x0008;  // before that: offset tables
        default:
            return false;
    }
}

// Elements without a row in Table E.1-1 that name or locate a person, a place, an order or one device, or hold
// somebody's comment or opaque bytes. Those of VR ST, LT, UC, UT, UR and PN are caught by their VR.
constexpr std::uint32_t forgotten[] = {
    0x00080010,  // Recognition Code (retired)
    0x00080051,  // Issuer of Accession Number Sequence
    0x00080300,  // Private Data Element Characteristics Sequence: describes what is removed
    0x0008041B,  // Record Key
    0x0008041C,  // Prior Record Key
    0x00100024,  // Issuer of Patient ID Qualifiers Sequence
    0x00100033,  // Patient's Birth Date in Alternative Calendar
    0x00100034,  // Patient's Death Date in Alternative Calendar
    0x00102295,  // Breed Registration Number
    0x00120063,  // De-identification Method: free text; written anew at the top level
    0x00120064,  // De-identification Method Code Sequence: the same
    0x00140100,  // Component Welder IDs
    0x00181003,  // Device ID
    0x00181006,  // Grid ID
    0x00181010,  // Secondary Capture Device ID
    0x00181011,  // Hardcopy Creation Device ID
    0x00181803,  // NTP Source Address
    0x00189423,  // Acquisition Protocol Name
    0x00189531,  // Reconstruction Description
    0x00189916,  // Instruction Text
    0x00189922,  // Protocol Element Name
    0x00201020,  // Reference (retired)
    0x00209453,  // Frame Label
    0x00221097,  // Implant Part Number
    0x00280061,  // Compression Originator (retired)
    0x00287007,  // System Status Comment
    0x0028702A,  // Test Result Comment
    0x00321031,  // Requesting Physician Identification Sequence
    0x00380016,  // Route of Admissions
    0x00400026,  // Order Placer Identifier Sequence
    0x00400027,  // Order Filler Identifier Sequence
    0x00400036,  // Assigning Facility Sequence
    0x00400039,  // Assigning Jurisdiction Code Sequence
    0x0040003A,  // Assigning Agency or Department Code Sequence
    0x00400255,  // Performed Procedure Type Description
    0x00401006,  // Placer Order Number / Procedure
    0x00401007,  // Filler Order Number / Procedure
    0x00401008,  // Confidentiality Code: free text
    0x00401060,  // Requested Procedure Description (Trial)
    0x00402006,  // Placer Order Number / Imaging Service Request (retired)
    0x00402007,  // Filler Order Number / Imaging Service Request (retired)
    0x0040A028,  // Documenting Organization Identifier Code Sequence (Trial)
    0x0040A068,  // Document Author Identifier Code Sequence (Trial)
    0x0040A074,  // Object Binary Identifier (Trial)
    0x0040A076,  // Documenting Observer Identifier Code Sequence (Trial)
    0x0040A089,  // Object Directory Binary Identifier (Trial)
    0x0040E030,  // Repository Unique ID
    0x0040E031,  // Home Community ID
    0x00420010,  // Document Title
    0x0044000A,  // Product Lot Identifier
    0x00440011,  // Substance Administration Notes
    0x00440012,  // Substance Administration Device ID
    0x00440103,  // Asserter Identification Sequence
    0x00540400,  // Image ID
    0x00686300,  // HPGL Document
    0x00700081,  // Content Description
    0x00720008,  // Hanging Protocol Creator
    0x0072000E,  // Hanging Protocol User Identification Code Sequence
    0x00720010,  // Hanging Protocol User Group Name
    0x00720060,  // Selector AT Value, and those of all numbers: what another element says
    0x00720074,  // Selector FD Value
    0x00720076,  // Selector FL Value
    0x00720078,  // Selector UL Value
    0x0072007A,  // Selector US Value
    0x0072007C,  // Selector SL Value
    0x0072007E,  // Selector SS Value
    0x00720082,  // Selector SV Value
    0x00720083,  // Selector UV Value
    0x0074100C,  // Contact Display Name
    0x00741202,  // Worklist Label
    0x00741204,  // Procedure Step Label
    0x00880130,  // Storage Media File-set ID
    0x01000426,  // Authorization Equipment Certification Number
    0x04000120,  // Signature
    0x04000500,  // Encrypted Attributes Sequence: may hold the originals
    0x04000520,  // Encrypted Content: may hold the originals
    0x20000050,  // Film Session Label
    0x21000010,  // Print Job ID
    0x21000160,  // Owner ID
    0x21100030,  // Printer Name
    0x21100099,  // Print Queue ID (retired)
    0x30020002,  // RT Image Label
    0x30020003,  // RT Image Name
    0x30020020,  // Radiation Machine Name
    0x30040006,  // Dose Comment
    0x300600C8,  // Frame of Reference Transformation Comment
    0x300A0183,  // Patient Setup Label
    0x300A0184,  // Patient Additional Position
    0x30100019,  // Author Identification Sequence
    0x40080103,  // Reference to Recorded Sound (retired)
    0x4FFE0001,  // MAC Parameters Sequence: belongs to digital signatures
};

// Elements whose UIDs name a class, a transfer syntax, a coding scheme or a context group: they say what kind of thing
// is meant, not which one.
struct ClassElement {
    std::uint32_t tag;
    UidType names;
};
constexpr ClassElement class_elements[] = {
    {0x00080016, UidType::sop_class},         // SOP Class UID
    {0x0008001A, UidType::sop_class},         // Related General SOP Class UID
    {0x0008001B, UidType::sop_class},         // Original Specialized SOP Class UID
    {0x00080062, UidType::sop_class},         // SOP Classes in Study
    {0x0008010C, UidType::coding_scheme},     // Coding Scheme UID
    {0x00080117, UidType::context_group},     // Context UID
    {0x00080118, UidType::mapping_resource},  // Mapping Resource UID
    {0x0008040E, UidType::transfer_syntax},   // Stored Instance Transfer Syntax UID
    {0x00081150, UidType::sop_class},         // Referenced SOP Class UID
    {0x0008115A, UidType::sop_class},         // SOP Classes Supported
    {0x00083002, UidType::transfer_syntax},   // Available Transfer Syntax UID
    {0x00340003, UidType::transfer_syntax},   // Flow Transfer Syntax UID
    {0x04000010, UidType::transfer_syntax},   // MAC Calculation Transfer Syntax UID
    {0x04000510, UidType::transfer_syntax},   // Encrypted Content Transfer Syntax UID
    {0x30100052, UidType::sop_class},         // Pertinent SOP Classes in Study
    {0x30100053, UidType::sop_class},         // Pertinent SOP Classes in Series
};

constexpr bool before(const ClassElement& a, const ClassElement& b) {
    return a.tag < b.tag;
}

// Long texts that are codes, or what a segmentation is about.
constexpr std::uint32_t kept_texts[] = {
    0x00080119,  // Long Code Value
    0x00080120,  // URN Code Value
    0x00620006,  // Segment Description
    0x00620020,  // Tracking ID
};

static_assert(std::is_sorted(std::begin(forgotten), std::end(forgotten)));
static_assert(std::is_sorted(std::begin(class_elements), std::end(class_elements), before));
static_assert(std::is_sorted(std::begin(kept_texts), std::end(kept_texts)));

template <std::size_t N>
bool holds(const std::uint32_t (&list)[N], std::uint32_t tag) {
    return std::binary_search(std::begin(list), std::end(list), tag);
}

Action action_by_vr(std::uint32_t tag, Vr standard, Vr actual) {
    const Action keep_if_no_wider = is_no_wider(actual, standard) ? Action::keep : Action::remove;
    switch (standard) {
        case Vr::DA:
        case Vr::TM:
        case Vr::DT:
            return Action::dummy;
        case Vr::PN:
            return Action::remove;
        case Vr::LT:
        case Vr::ST:
        case Vr::UC:
        case Vr::UR:
        case Vr::UT:
            return holds(kept_texts, tag) ? keep_if_no_wider : Action::remove;
        case Vr::OB:
        case Vr::OD:
        case Vr::OF:
        case Vr::OL:
        case Vr::OV:
        case Vr::OW:
        case Vr::ox:
            return may_hold_bytes(tag) ? keep_if_no_wider : Action::remove;
        case Vr::UI:
            if (uid_type_of(tag) == UidType::none) return Action::map_uid;
            return is_no_wider(actual, standard) ? Action::keep_class : Action::remove;
        default:
            return keep_if_no_wider;
    }
}

}  // namespace

UidType uid_type_of(std::uint32_t tag) noexcept {
    const auto* found =
        std::lower_bound(std::begin(class_elements), std::end(class_elements), ClassElement{tag, {}}, before);
    return found != std::end(class_elements) && found->tag == tag ? found->names : UidType::none;
}

Action action_for(std::uint32_t tag, Vr actual) noexcept {
    if (in_removed_group(tag)) return Action::remove;
    const Vr standard = standard_vr(tag);
    if (standard == Vr::none || actual == Vr::none) return Action::remove;
    if ((standard == Vr::SQ) != (actual == Vr::SQ)) return Action::remove;
    const Code code = confidentiality_code(tag);
    if (code != Code::none) {
        const Action action = resolve(code, standard == Vr::SQ);
        return action == Action::dummy && standard == Vr::UI ? Action::map_uid : action;
    }
    return holds(forgotten, tag) ? Action::remove : action_by_vr(tag, standard, actual);
}

}  // namespace msh::dicom
