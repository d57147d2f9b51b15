#include "dicom/element_value.hpp"

#include <algorithm>
#include <array>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>

#include "dicom/value_text.hpp"

namespace msh::dicom {
namespace {

DcmTagKey key_of(std::uint32_t tag) {
    return DcmTagKey(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
}

}  // namespace

std::string text_value(DcmItem& item, std::uint32_t tag, std::size_t limit) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(key_of(tag), element).bad() || element == nullptr || !element->isLeaf()) return {};
    std::string bytes(std::min<std::size_t>(element->getLengthField(), limit), '\0');
    if (bytes.empty() || element->getPartialValue(bytes.data(), 0, static_cast<Uint32>(bytes.size())).bad()) return {};
    return std::string(trim_padding(bytes));
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

bool has_value(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(key_of(tag), element).bad() || element == nullptr) return false;
    // Not getLength(), which loads a text.
    return element->isLeaf() ? element->getLengthField() > 0 : element->getNumberOfValues() > 0;
}

}  // namespace msh::dicom
