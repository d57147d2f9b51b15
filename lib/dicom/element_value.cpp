#include "dicom/element_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>

#include "dicom/dcmtk_vr.hpp"
#include "terms/value_text.hpp"

namespace msh::dicom {
namespace {

DcmTagKey key_of(std::uint32_t tag) {
    return DcmTagKey(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
}

std::vector<std::uint64_t> numbers_of(std::string_view text) {
    std::vector<std::uint64_t> numbers;
    for (const std::string_view value : terms::split(text, '\\')) {
        const std::string_view digits = terms::trim_padding(value);
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error != std::errc{} || end != digits.data() + digits.size()) return {};
        numbers.push_back(number);
    }
    return numbers;
}

}  // namespace

std::string text_value(DcmItem& item, std::uint32_t tag, std::size_t limit) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(key_of(tag), element).bad() || element == nullptr || !element->isLeaf()) return {};
    std::string bytes(std::min<std::size_t>(element->getLengthField(), limit), '\0');
    if (bytes.empty() || element->getPartialValue(bytes.data(), 0, static_cast<Uint32>(bytes.size())).bad()) return {};
    return std::string(terms::trim_padding(bytes));
}

std::string uid_value(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(key_of(tag), element).bad() || element == nullptr) return {};
    return element->ident() == EVR_UI ? text_value(item, tag) : std::string();
}

std::uint32_t value_length(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(key_of(tag), element).bad() || element == nullptr || !element->isLeaf()) return 0;
    return element->getLengthField();
}

std::optional<std::uint16_t> short_value(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(key_of(tag), element).bad() || element == nullptr || !element->isLeaf()) return {};
    std::array<std::uint8_t, 2> bytes{};
    if (element->getPartialValue(bytes.data(), 0, 2, nullptr, EBO_LittleEndian).bad()) return std::nullopt;
    return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
}

std::vector<std::uint64_t> whole_numbers(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(key_of(tag), element).bad() || element == nullptr || !element->isLeaf()) return {};
    if (element->ident() == EVR_IS) return numbers_of(text_value(item, tag));
    constexpr std::size_t most = 8;
    const std::size_t unit = unit_size(from_dcmtk(element->getVR()));
    if (unit == 0) return {};
    const std::size_t count = std::min<std::size_t>(element->getLengthField() / unit, most);
    std::array<std::uint8_t, 8 * most> bytes{};
    if (element->getPartialValue(bytes.data(), 0, static_cast<Uint32>(count * unit), nullptr, EBO_LittleEndian).bad()) {
        return {};
    }
    std::vector<std::uint64_t> numbers(count);
    for (std::size_t i = 0; i < count * unit; ++i)
        numbers[i / unit] |= std::uint64_t{bytes[i]} << (8 * (i % unit));
    return numbers;
}

bool has_value(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(key_of(tag), element).bad() || element == nullptr) return false;
    // Not getLength(), which loads a text.
    return element->isLeaf() ? element->getLengthField() > 0 : element->getNumberOfValues() > 0;
}

}  // namespace msh::dicom
