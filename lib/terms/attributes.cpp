#include "terms/attributes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace msh::terms {
namespace {

constexpr std::array attributes{
    Attribute{"StudyInstanceUID", 0x0020, 0x000d, AttributeKind::uid},
    Attribute{"SeriesInstanceUID", 0x0020, 0x000e, AttributeKind::uid},
    Attribute{"SOPInstanceUID", 0x0008, 0x0018, AttributeKind::uid},
    Attribute{"PatientID", 0x0010, 0x0020, AttributeKind::identifier},
    Attribute{"AccessionNumber", 0x0008, 0x0050, AttributeKind::identifier},
    Attribute{"StudyDate", 0x0008, 0x0020, AttributeKind::date},
    Attribute{"PatientBirthDate", 0x0010, 0x0030, AttributeKind::date},
    Attribute{"PatientSex", 0x0010, 0x0040, AttributeKind::code},
    Attribute{"Modality", 0x0008, 0x0060, AttributeKind::code},
    Attribute{"BodyPartExamined", 0x0018, 0x0015, AttributeKind::code},
    Attribute{"PatientName", 0x0010, 0x0010, AttributeKind::name},
    Attribute{"ReferringPhysicianName", 0x0008, 0x0090, AttributeKind::name},
    Attribute{"InstitutionName", 0x0008, 0x0080, AttributeKind::text},
    Attribute{"ManufacturerModelName", 0x0008, 0x1090, AttributeKind::text},
    Attribute{"StudyDescription", 0x0008, 0x1030, AttributeKind::words},
};

std::optional<std::uint16_t> hex_number(std::string_view digits) noexcept {
    if (digits.empty() || digits.size() > 4) return std::nullopt;
    std::uint16_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

const Attribute* find_tag(std::string_view group_digits, std::string_view element_digits) noexcept {
    const auto group = hex_number(group_digits);
    const auto element = hex_number(element_digits);
    if (!group || !element) return nullptr;
    const auto* const found = std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& each) {
        return each.group == *group && each.element == *element;
    });
    return found == attributes.end() ? nullptr : found;
}

}  // namespace

std::span<const Attribute> searchable_attributes() noexcept {
    return attributes;
}

const Attribute* find_attribute(std::string_view key) noexcept {
    if (key.size() > 2 && key.front() == '(' && key.back() == ')') {
        key = key.substr(1, key.size() - 2);
    } else if (const auto* const found = std::find_if(attributes.begin(), attributes.end(),
                                                      [&](const Attribute& each) { return each.keyword == key; });
               found != attributes.end()) {
        return found;
    }
    const std::size_t comma = key.find(',');
    return comma == std::string_view::npos ? nullptr : find_tag(key.substr(0, comma), key.substr(comma + 1));
}

const Attribute* find_sealed_attribute(std::string_view tag) noexcept {
    return tag.size() == 8 ? find_tag(tag.substr(0, 4), tag.substr(4)) : nullptr;
}

std::string searchable_keywords() {
    std::string list;
    for (const Attribute& each : attributes)
        list.append(list.empty() ? "" : ", ").append(each.keyword);
    return list;
}

}  // namespace msh::terms
