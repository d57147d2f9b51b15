#include "dicom/pixel_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <initializer_list>
#include <vector>

#include "base/error.hpp"
#include "dicom/element_value.hpp"
#include "terms/value_text.hpp"

namespace msh::dicom {
namespace {

constexpr std::array<PixelTextClass, 9> classes{{
    {PixelText::burned_in, "burned-in", "Burned In Annotation says anything but NO"},
    {PixelText::secondary_capture, "secondary-capture", "secondary captures, hardcopy, scanned documents, drawings"},
    {PixelText::ultrasound, "ultrasound", "ultrasound, intravascular too"},
    {PixelText::visible_light, "visible-light", "photographs, microscopy, slides, ophthalmology"},
    {PixelText::endoscopy, "endoscopy", "endoscopic images and videos"},
    {PixelText::digitised_film, "digitised-film", "digitised film"},
    {PixelText::screen, "screen", "screen saves, dose pages, protocol pages"},
    {PixelText::rgb, "rgb", "colour images of CT or MR"},
    {PixelText::overlay, "overlay", "overlay planes kept inside the pixel data"},
}};

constexpr std::string_view storage = "1.2.840.10008.5.1.4.1.1.";
constexpr std::string_view hardcopy_grayscale = "1.2.840.10008.5.1.1.29";
constexpr std::string_view hardcopy_colour = "1.2.840.10008.5.1.1.30";

constexpr std::uint32_t image_type = 0x00080008;
constexpr std::uint32_t modality_tag = 0x00080060;
constexpr std::uint32_t conversion_type = 0x00080064;
constexpr std::uint32_t photometric = 0x00280004;
constexpr std::uint32_t burned_in_tag = 0x00280301;

// Whether the SOP class is storage + `branch`, or lies below it.
bool is_within(std::string_view sop_class, std::string_view branch) {
    if (!sop_class.starts_with(storage)) return false;
    const std::string_view rest = sop_class.substr(storage.size());
    return rest.starts_with(branch) && (rest.size() == branch.size() || rest[branch.size()] == '.');
}

// The values of an element in upper case, without padding and the signs that makers part words with.
std::string bare_upper_case(std::string_view text) {
    std::string bare;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '\\') bare.push_back(static_cast<char>(std::toupper(byte)));
    }
    return bare;
}

std::string bare_value(DcmItem& dataset, std::uint32_t tag) {
    return bare_upper_case(text_value(dataset, tag));
}

// Whether `predicate` holds of one of the values at least.
template <typename Predicate>
bool any_value(std::string_view values, Predicate predicate) {
    const std::vector<std::string_view> all = terms::split(values, '\\');
    return std::any_of(all.begin(), all.end(), predicate);
}

bool is_one_of(std::string_view values, std::initializer_list<std::string_view> wanted) {
    return any_value(
        values, [&](std::string_view value) { return std::find(wanted.begin(), wanted.end(), value) != wanted.end(); });
}

// Anything but NO counts: who writes something else did not mean that there is nothing.
bool is_burned_in(DcmItem& dataset) {
    return any_value(text_value(dataset, burned_in_tag), [](std::string_view value) {
        return !terms::trim_padding(value).empty() && bare_upper_case(value) != "NO";
    });
}

void find_by_source(PixelTextSet& found, std::string_view sop_class, std::string_view modality) {
    if (is_within(sop_class, "6") || is_within(sop_class, "3") || is_one_of(modality, {"US", "IVUS", "EC"})) {
        found.insert(PixelText::ultrasound);
    }
    if (is_within(sop_class, "77.1.1") || is_one_of(modality, {"ES"})) {
        found.insert(PixelText::endoscopy);
    } else if (is_within(sop_class, "77") || is_one_of(modality, {"XC", "GM", "SM", "OP", "DMS"})) {
        found.insert(PixelText::visible_light);
    }
}

// Conversion Type is there only where an image was made from another one, or from paper or film. A hardcopy image is
// what was sent to a film printer.
void find_by_conversion(PixelTextSet& found, std::string_view sop_class, std::string_view conversion) {
    if (is_one_of(conversion, {"DF"})) found.insert(PixelText::digitised_film);
    const bool is_other = any_value(conversion, [](std::string_view value) { return !value.empty() && value != "DF"; });
    if (is_within(sop_class, "7") || is_other || sop_class == hardcopy_grayscale || sop_class == hardcopy_colour) {
        found.insert(PixelText::secondary_capture);
    }
}

bool is_screen(std::string_view type, std::string_view modality) {
    const auto names = [&](std::string_view word) { return type.find(word) != std::string::npos; };
    if (names("SCREEN") || names("CAPTURE") || names("PROTOCOL") || names("REPORT")) return true;
    return names("DOSE") && modality != "RTDOSE";
}

// Longer than what is looked at, so that nobody knows what it says at its end.
bool has_overlong_value(DcmItem& dataset) {
    constexpr std::array<std::uint32_t, 5> asked{image_type, modality_tag, conversion_type, photometric, burned_in_tag};
    return std::any_of(asked.begin(), asked.end(),
                       [&](std::uint32_t tag) { return value_length(dataset, tag) > max_text_size; });
}

bool is_colour(DcmItem& dataset) {
    if (short_value(dataset, 0x00280002).value_or(1) > 1) return true;
    return any_value(bare_value(dataset, photometric),
                     [](std::string_view value) { return value == "RGB" || value.starts_with("YBR"); });
}

bool is_ct_or_mr(std::string_view sop_class, std::string_view modality) {
    return is_within(sop_class, "2") || is_within(sop_class, "4") || is_one_of(modality, {"CT", "MR"});
}

// An overlay of its own has one bit a pixel at place 0; any other takes bits of Pixel Data. (A walk over all elements,
// since each look-up of one is such a walk too.)
bool has_overlay_inside(DcmItem& dataset) {
    for (DcmObject* element = dataset.nextInContainer(nullptr); element != nullptr;
         element = dataset.nextInContainer(element)) {
        const Uint16 group = element->getGTag();
        if (group < 0x6000 || group > 0x60FF || element->getLengthField() == 0) continue;
        const std::uint32_t tag = std::uint32_t{group} << 16 | element->getETag();
        if (element->getETag() == 0x0100 && short_value(dataset, tag) != 1) return true;
        if (element->getETag() == 0x0102 && short_value(dataset, tag) != 0) return true;
    }
    return false;
}

}  // namespace

std::span<const PixelTextClass> pixel_text_classes() noexcept {
    return classes;
}

PixelTextSet PixelTextSet::all() noexcept {
    PixelTextSet set;
    for (const PixelTextClass& one : classes)
        set.insert(one.value);
    return set;
}

PixelTextSet PixelTextSet::operator-(PixelTextSet other) const noexcept {
    PixelTextSet rest;
    rest.bits_ = static_cast<std::uint16_t>(bits_ & ~other.bits_);
    return rest;
}

std::string PixelTextSet::names() const {
    std::string text;
    for (const PixelTextClass& one : classes) {
        if (!contains(one.value)) continue;
        if (!text.empty()) text += ',';
        text += one.name;
    }
    return text;
}

PixelTextSet parse_pixel_text(std::string_view names) {
    if (names.empty()) return PixelTextSet::all();
    PixelTextSet set;
    while (true) {
        const std::size_t comma = names.find(',');
        const std::string_view name = names.substr(0, comma);
        const auto* const found =
            std::find_if(classes.begin(), classes.end(), [&](const PixelTextClass& one) { return one.name == name; });
        if (found == classes.end()) {
            throw Error(ErrorKind::usage,
                        "unknown class of images with text in their pixels: '" + std::string(name) + "'",
                        "the classes are " + PixelTextSet::all().names());
        }
        set.insert(found->value);
        if (comma == std::string_view::npos) return set;
        names.remove_prefix(comma + 1);
    }
}

PixelTextSet find_pixel_text(DcmItem& dataset, std::string_view sop_class) {
    const std::string modality = bare_value(dataset, modality_tag);
    PixelTextSet found;
    if (is_burned_in(dataset)) found.insert(PixelText::burned_in);
    find_by_source(found, sop_class, modality);
    find_by_conversion(found, sop_class, bare_value(dataset, conversion_type));
    if (is_screen(bare_value(dataset, image_type), modality) || has_overlong_value(dataset)) {
        found.insert(PixelText::screen);
    }
    if (is_ct_or_mr(sop_class, modality) && is_colour(dataset)) found.insert(PixelText::rgb);
    if (has_overlay_inside(dataset)) found.insert(PixelText::overlay);
    return found;
}

}  // namespace msh::dicom
