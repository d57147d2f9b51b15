#include "dicom/terms.hpp"

#include <algorithm>
#include <cstddef>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <optional>
#include <string_view>
#include <utility>

#include "dicom/attributes.hpp"
#include "dicom/charset.hpp"
#include "dicom/normalise.hpp"

namespace msh::dicom {
namespace {

constexpr std::size_t element_limit = 4096;
constexpr std::size_t total_limit = 16384;

// The bytes of an element as they stand in the file. DCMTK's string accessors would cut its padding for good.
std::optional<std::string> raw_value(DcmItem& item, const DcmTagKey& tag) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(tag, element).bad() || element == nullptr || !element->isLeaf()) return std::nullopt;
    const Uint32 length = element->getLengthField();
    if (length == 0 || length > element_limit) return std::nullopt;
    std::string bytes(length, '\0');
    if (element->getPartialValue(bytes.data(), 0, length).bad()) return std::nullopt;
    return bytes;
}

// Dates, codes and UIDs are in the default repertoire whatever (0008,0005) says.
bool has_character_set(AttributeKind kind) {
    return kind != AttributeKind::uid && kind != AttributeKind::date && kind != AttributeKind::code;
}

}  // namespace

std::vector<Term> read_terms(DcmItem& head) {
    const CharacterSet declared(raw_value(head, DCM_SpecificCharacterSet).value_or(""));
    const CharacterSet default_repertoire;
    std::vector<Term> terms;
    std::size_t total = 0;
    for (const Attribute& attribute : searchable_attributes()) {
        const auto bytes = raw_value(head, DcmTagKey(attribute.group, attribute.element));
        if (!bytes) continue;
        const auto delimiters = attribute.kind == AttributeKind::name ? Delimiters::name : Delimiters::values;
        const CharacterSet& characters = has_character_set(attribute.kind) ? declared : default_repertoire;
        for (const std::string& text : characters.decode(*bytes, delimiters)) {
            for (const std::string& value : index_values(attribute, text)) {
                Term term{std::string(attribute.keyword), value};
                if (std::find(terms.begin(), terms.end(), term) != terms.end()) continue;
                total += term.attribute.size() + value.size();
                if (total > total_limit) return terms;
                terms.push_back(std::move(term));
            }
        }
    }
    return terms;
}

}  // namespace msh::dicom
