#include "dicom/deidentify.hpp"

#include <algorithm>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <dcmtk/dcmdata/dcsequen.h>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "dicom/dcmtk_vr.hpp"
#include "dicom/fault.hpp"
#include "dicom/kept_binary.hpp"
#include "dicom/kept_text.hpp"
#include "dicom/rules.hpp"
#include "terms/value_text.hpp"

namespace msh::dicom {
namespace {

constexpr int depth_limit = 64;
constexpr std::size_t short_value_limit = 0xFFFE;  // what an explicit length of 16 bits can say
constexpr std::uint32_t max_text = 1 << 20;

constexpr std::uint32_t patient_name = 0x00100010;
constexpr std::uint32_t patient_id = 0x00100020;
constexpr std::uint32_t roi_name = 0x30060026;

using ElementPtr = std::unique_ptr<DcmElement>;

std::uint32_t tag_of(const DcmElement& element) {
    const DcmTag& tag = element.getTag();
    return std::uint32_t{tag.getGroup()} << 16 | tag.getElement();
}

// What the element is in DCMTK's hands, not only what is written on it.
Vr vr_of(const DcmElement& element) {
    if (element.ident() == EVR_SQ) return Vr::SQ;
    const Vr vr = from_dcmtk(element.getVR());
    return vr == Vr::SQ || !element.isLeaf() ? Vr::none : vr;
}

const char* dummy_text(Vr vr) {
    switch (vr) {
        case Vr::DA:
            return "19000101";
        case Vr::TM:
            return "000000";
        case Vr::DT:
            return "19000101000000";
        case Vr::AS:
            return "000Y";
        case Vr::UR:
            return "http://anonymous.invalid/";
        case Vr::AE:
        case Vr::CS:
        case Vr::LO:
        case Vr::LT:
        case Vr::PN:
        case Vr::SH:
        case Vr::ST:
        case Vr::UC:
        case Vr::UT:
            return "ANONYMOUS";
        case Vr::AT:
            return "(0000,0000)";
        case Vr::OB:
            return "00\\00";  // DCMTK reads these as hexadecimal
        default:
            return "0";
    }
}

// Puts `text` in place of the value, under the VR the dictionary asks for.
ElementPtr with_value(ElementPtr element, const std::string& text) {
    const DcmTagKey key = element->getTag().getXTag();
    const DcmEVR vr = to_dcmtk(standard_vr(tag_of(*element)));
    OFCondition status = EC_Normal;
    if (element->ident() != vr) {
        DcmElement* fresh = nullptr;
        status = DcmItem::newDicomElementWithVR(fresh, DcmTag(key, DcmVR(vr)));
        element.reset(fresh);
    }
    if (status.good()) status = text.empty() ? element->clear() : element->putString(text.c_str());
    if (status.bad()) throw Fault(FaultClass::malformed, "a value cannot be replaced");
    return element;
}

ElementPtr one_empty_item(const DcmElement& sequence) {
    auto fresh = std::make_unique<DcmSequenceOfItems>(DcmTag(sequence.getTag().getXTag(), DcmVR(EVR_SQ)));
    auto item = std::make_unique<DcmItem>();
    if (fresh->append(item.get()).bad()) throw Error(ErrorKind::failed, "out of memory");
    item.release();
    return fresh;
}

// The value of an element of a text VR, padding included.
std::string_view text_of(DcmElement& element) {
    char* text = nullptr;
    Uint32 length = 0;
    if (element.getString(text, length).bad()) throw Fault(FaultClass::malformed, "a UID cannot be read");
    return text == nullptr ? std::string_view() : std::string_view(text, length);
}

// The same without a change to it: getString() drops padding for good.
std::string bytes_of(DcmElement& element) {
    std::string bytes(element.getLengthField(), '\0');
    if (bytes.empty()) return bytes;
    if (element.getPartialValue(bytes.data(), 0, static_cast<Uint32>(bytes.size())).bad()) {
        throw Fault(FaultClass::malformed, "a value cannot be read");
    }
    return bytes;
}

// Whether every UID, of one at least, stays as it is.
bool all_registered(std::string_view uids, UidType type) {
    if (type == UidType::none) return false;
    const std::vector<std::string_view> all = terms::split(uids, '\\');
    return std::all_of(all.begin(), all.end(), [&](std::string_view uid) {
        const std::string_view bare = terms::trim_padding(uid);
        return bare.empty() || is_registered(bare, type);
    });
}

// An element of the item that stays, but for what its value may not say.
ElementPtr with_clean_value(DcmItem& item, ElementPtr element) {
    if (!fits_binary(item, *element)) return nullptr;
    const std::uint32_t tag = tag_of(*element);
    if (!has_strict_text(tag)) return element;
    const std::optional<std::string> clean = clean_text(tag, bytes_of(*element));
    return clean ? with_value(std::move(element), *clean) : std::move(element);
}

}  // namespace

Deidentifier::Deidentifier(Replacements replacements) : replacements_(std::move(replacements)) {}

void Deidentifier::deidentify(DcmItem& dataset) {
    treat_item(dataset, 0);
}

// All elements are taken out and those that stay put back, since taking out single ones by name costs DCMTK a search
// from the start each time.
void Deidentifier::treat_item(DcmItem& item, int depth) {
    if (depth > depth_limit) throw Fault(FaultClass::limit, "sequences are nested too deep");
    std::vector<ElementPtr> elements;
    elements.reserve(item.card());
    while (DcmElement* element = item.remove(0UL))
        elements.emplace_back(element);
    for (ElementPtr& element : elements) {
        ElementPtr kept = treat_element(item, std::move(element), depth);
        if (kept != nullptr && item.insert(kept.get()).good()) kept.release();
    }
}

void Deidentifier::treat_items(DcmElement& sequence, int depth) {
    auto& items = static_cast<DcmSequenceOfItems&>(sequence);
    for (DcmObject* item = items.nextInContainer(nullptr); item != nullptr; item = items.nextInContainer(item)) {
        treat_item(static_cast<DcmItem&>(*item), depth + 1);
    }
}

// Before anything touches the value, which would load it whatever its size; and a text is loaded when it is written.
void Deidentifier::require_short(const DcmElement& element, Action action) {
    const std::uint32_t length = element.getLengthField();
    if (length <= short_value_limit || !DcmVR(element.getVR()).isaString()) return;
    if (action != Action::keep) {
        throw Fault(FaultClass::limit, "an element holds too many UIDs").at(tag_of(element));
    }
    if (length > max_text) throw Fault(FaultClass::limit, "a text value too long").at(tag_of(element));
    guard_.on_bytes(length);
}

ElementPtr Deidentifier::treat_element(DcmItem& item, ElementPtr element, int depth) {
    const std::uint32_t tag = tag_of(*element);
    const Vr vr = vr_of(*element);
    const Action action = action_for(tag, vr);
    if (action == Action::keep || action == Action::map_uid || action == Action::keep_class) {
        require_short(*element, action);
    }
    switch (action) {
        case Action::remove:
            return nullptr;
        case Action::keep:
            if (vr != Vr::SQ) return with_clean_value(item, std::move(element));
            treat_items(*element, depth);
            return element;
        case Action::empty:
            if (vr == Vr::SQ && element->clear().good()) return element;
            return with_value(std::move(element), tag == patient_name || tag == roi_name ? dummy_for(tag) : "");
        case Action::dummy:
            if (vr == Vr::SQ) return one_empty_item(*element);
            return with_value(std::move(element), dummy_for(tag));
        case Action::map_uid:
        case Action::keep_class:
            break;
    }
    if (!DcmVR(element->getVR()).isaString()) return nullptr;
    const UidType kept = action == Action::keep_class ? uid_type_of(tag) : UidType::none;
    if (all_registered(bytes_of(*element), kept)) return element;
    const std::string mapped = map_uids(*element, kept);
    return with_value(std::move(element), mapped);
}

std::string Deidentifier::dummy_for(std::uint32_t tag) {
    switch (tag) {
        case patient_name:
        case patient_id:
            return replacements_.patient;
        case roi_name:
            return "ROI-" + std::to_string(++rois_);
        default:
            return dummy_text(standard_vr(tag));
    }
}

std::string Deidentifier::map_uids(DcmElement& element, UidType kept) const {
    std::string mapped;
    std::string_view rest = text_of(element);
    while (true) {
        const std::string_view uid = rest.substr(0, rest.find('\\'));
        const std::string_view bare = terms::trim_padding(uid);
        if (!bare.empty()) mapped += is_registered(bare, kept) ? std::string(bare) : replacements_.uid(uid);
        if (uid.size() == rest.size()) break;
        mapped += '\\';
        rest.remove_prefix(uid.size() + 1);
    }
    if (mapped.size() > short_value_limit) throw Fault(FaultClass::limit, "an element holds too many UIDs");
    return mapped;
}

}  // namespace msh::dicom
