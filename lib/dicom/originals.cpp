#include "dicom/originals.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <string_view>
#include <utility>

#include "dicom/element_value.hpp"
#include "terms/charset.hpp"
#include "terms/value_text.hpp"

namespace msh::dicom {
namespace {

constexpr std::size_t attribute_limit = 4096;
constexpr std::size_t total_limit = 16384;

// How a value is coded: in the default repertoire whatever (0008,0005) says, in the declared character set, as a person
// name in it, or as a 16-bit number.
enum class Coding { basic, text, name, number };

struct Kept {
    std::uint32_t sequence;  // 0: at the top level
    std::uint32_t tag;
    Coding coding;
};

constexpr std::array kept{
    Kept{0, 0x00100020, Coding::text},            // Patient ID
    Kept{0, 0x00100021, Coding::text},            // Issuer of Patient ID
    Kept{0, 0x0020000D, Coding::basic},           // Study Instance UID
    Kept{0, 0x0020000E, Coding::basic},           // Series Instance UID
    Kept{0, 0x00080018, Coding::basic},           // SOP Instance UID
    Kept{0, 0x00080016, Coding::basic},           // SOP Class UID
    Kept{0x00100024, 0x00400032, Coding::text},   // its Qualifiers: Universal Entity ID
    Kept{0x00100024, 0x00400033, Coding::basic},  // and Universal Entity ID Type
    Kept{0, 0x00080050, Coding::text},            // Accession Number
    Kept{0, 0x00080020, Coding::basic},           // Study Date
    Kept{0, 0x00080030, Coding::basic},           // Study Time
    Kept{0, 0x00080201, Coding::basic},           // Timezone Offset From UTC
    Kept{0, 0x00100030, Coding::basic},           // Patient's Birth Date
    Kept{0, 0x00100040, Coding::basic},           // Patient's Sex
    Kept{0, 0x00080060, Coding::basic},           // Modality
    Kept{0, 0x00180015, Coding::basic},           // Body Part Examined
    Kept{0, 0x00100010, Coding::name},            // Patient's Name
    Kept{0, 0x00080090, Coding::name},            // Referring Physician's Name
    Kept{0, 0x00200010, Coding::text},            // Study ID
    Kept{0, 0x00200011, Coding::basic},           // Series Number
    Kept{0, 0x00200013, Coding::basic},           // Instance Number
    Kept{0, 0x00280008, Coding::basic},           // Number of Frames
    Kept{0, 0x00280010, Coding::number},          // Rows
    Kept{0, 0x00280011, Coding::number},          // Columns
    Kept{0, 0x00280100, Coding::number},          // Bits Allocated
    Kept{0, 0x00400244, Coding::basic},           // Performed Procedure Step Start Date
    Kept{0, 0x00400245, Coding::basic},           // Performed Procedure Step Start Time
    Kept{0x00400275, 0x00400009, Coding::text},   // Request Attributes: Scheduled Procedure Step ID
    Kept{0x00400275, 0x00401001, Coding::text},   // Request Attributes: Requested Procedure ID
    Kept{0, 0x00080080, Coding::text},            // Institution Name
    Kept{0, 0x00081090, Coding::text},            // Manufacturer's Model Name
    Kept{0, 0x00081030, Coding::text},            // Study Description
    Kept{0, 0x0008103E, Coding::text},            // Series Description
};

std::string name_of(const Kept& attribute) {
    std::array<char, 20> text{};
    if (attribute.sequence == 0) {
        std::snprintf(text.data(), text.size(), "%08X", static_cast<unsigned>(attribute.tag));
    } else {
        std::snprintf(text.data(), text.size(), "%08X.%08X", static_cast<unsigned>(attribute.sequence),
                      static_cast<unsigned>(attribute.tag));
    }
    return text.data();
}

DcmElement* find_element(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = nullptr;
    const DcmTagKey key(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
    return item.findAndGetElement(key, element).good() ? element : nullptr;
}

// The bytes of an element as they stand in the file; none where it has items instead.
struct Raw {
    std::string bytes;
    bool is_kept = true;
};

Raw raw_value(DcmItem& item, std::uint32_t tag) {
    DcmElement* const element = find_element(item, tag);
    if (element == nullptr || !element->isLeaf()) return {};
    const Uint32 length = element->getLengthField();
    if (length > attribute_limit) return {{}, false};
    std::string bytes(length, '\0');
    if (length > 0 && element->getPartialValue(bytes.data(), 0, length).bad()) return {{}, false};
    return {std::move(bytes), true};
}

// The values of one attribute, in one data set or in the items of a sequence.
class Reader {
  public:
    explicit Reader(const Kept& attribute) : attribute_(attribute) {}

    void read(DcmItem& item, const terms::CharacterSet& declared) {
        if (attribute_.coding == Coding::number) {
            if (const auto number = short_value(item, attribute_.tag)) values_.push_back(std::to_string(*number));
            return;
        }
        const Raw raw = raw_value(item, attribute_.tag);
        size_ += raw.bytes.size();
        if (!raw.is_kept || size_ > attribute_limit) is_kept_ = false;
        if (!is_kept_ || raw.bytes.empty()) return;
        static const terms::CharacterSet default_repertoire;
        const terms::CharacterSet& characters = attribute_.coding == Coding::basic ? default_repertoire : declared;
        const auto delimiters = attribute_.coding == Coding::name ? terms::Delimiters::name : terms::Delimiters::values;
        for (const std::string& value : characters.decode(raw.bytes, delimiters))
            values_.emplace_back(terms::trim_padding(value));
    }

    [[nodiscard]] std::optional<Original> original() && {
        if (!is_kept_) return Original{name_of(attribute_), std::nullopt};
        const auto is_empty = [](const std::string& value) { return value.empty(); };
        if (std::all_of(values_.begin(), values_.end(), is_empty)) return std::nullopt;
        return Original{name_of(attribute_), std::move(values_)};
    }

  private:
    const Kept& attribute_;
    std::vector<std::string> values_;
    std::size_t size_ = 0;
    bool is_kept_ = true;
};

constexpr std::uint32_t specific_character_set = 0x00080005;

void read_items(DcmItem& head, std::uint32_t tag, const terms::CharacterSet& around, Reader& reader) {
    auto* const sequence = dynamic_cast<DcmSequenceOfItems*>(find_element(head, tag));
    if (sequence == nullptr) return;
    for (DcmObject* each = sequence->nextInContainer(nullptr); each != nullptr;
         each = sequence->nextInContainer(each)) {
        auto* const item = dynamic_cast<DcmItem*>(each);
        if (item == nullptr) continue;
        const Raw own = raw_value(*item, specific_character_set);
        reader.read(*item, own.bytes.empty() ? around : terms::CharacterSet(own.bytes));
    }
}

// Left out, they would pass for ones that the file does not have.
bool tells_patients(std::uint32_t tag) {
    return tag == 0x00100020 || tag == 0x00100021;
}

std::size_t size_of(const Original& original) {
    std::size_t size = original.tag.size();
    if (!original.values) return size;
    for (const std::string& value : *original.values)
        size += value.size() + 3;  // quotes and comma
    return size;
}

}  // namespace

std::vector<Original> read_originals(DcmItem& head) {
    const terms::CharacterSet declared(raw_value(head, specific_character_set).bytes);
    std::vector<Original> originals;
    std::size_t total = 0;
    for (const Kept& attribute : kept) {
        Reader reader(attribute);
        if (attribute.sequence == 0) {
            reader.read(head, declared);
        } else {
            read_items(head, attribute.sequence, declared, reader);
        }
        auto original = std::move(reader).original();
        if (!original) continue;
        if (total + size_of(*original) > total_limit) {
            if (!tells_patients(attribute.tag)) break;
            original->values.reset();
        }
        total += size_of(*original);
        originals.push_back(std::move(*original));
    }
    return originals;
}

}  // namespace msh::dicom
