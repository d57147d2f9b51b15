#include "dicom/dictionary.hpp"

#include <algorithm>
#include <cstdlib>
#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <iterator>
#include <mutex>
#include <string>

#include "dicom/dcmtk_vr.hpp"

namespace msh::dicom {
namespace {

using enum Vr;

struct Row {
    std::uint32_t tag;
    Vr vr;
    Multiplicity vm{};
};

#include "dicom/dictionary_table.inc"

constexpr bool before(const Row& a, const Row& b) {
    return a.tag < b.tag;
}
static_assert(std::is_sorted(std::begin(rows), std::end(rows), before));

const Row* find(std::uint32_t tag) {
    const Row* row = std::lower_bound(std::begin(rows), std::end(rows), Row{tag, none}, before);
    return row != std::end(rows) && row->tag == tag ? row : nullptr;
}

constexpr const char* path_variable = "DCMDICTPATH";

// DCMTK reads its dictionary at the first look at it, from the files DCMDICTPATH names; an empty one costs nothing. The
// environment is put back, since programs started later may want it.
DcmDataDictionary& lock_unread() {
    const char* value = std::getenv(path_variable);
    const bool was_set = value != nullptr;
    const std::string saved = was_set ? value : "";
    setenv(path_variable, "/dev/null", 1);
    DcmDataDictionary& dictionary = dcmDataDict.wrlock();
    if (was_set) {
        setenv(path_variable, saved.c_str(), 1);
    } else {
        unsetenv(path_variable);
    }
    return dictionary;
}

// The dictionary takes the entry over.
DcmDictEntry* make_entry(std::uint32_t tag, std::uint16_t last_group, Vr vr) {
    const auto group = static_cast<Uint16>(tag >> 16);
    const auto element = static_cast<Uint16>(tag & 0xFFFF);
    return new DcmDictEntry(group, element, last_group, element, DcmVR(to_dcmtk(vr)), "Unknown", 1, DcmVariableVM,
                            nullptr, OFFalse, nullptr);
}

void replace_dictionary() {
    DcmDataDictionary& dictionary = lock_unread();
    dictionary.reloadDictionaries(OFFalse,
                                  OFFalse);  // drops whatever was read before; leaves items and delimiters
    for (const Row& row : rows) {
        dictionary.addEntry(make_entry(row.tag, static_cast<std::uint16_t>(row.tag >> 16), row.vr));
    }
    for (const Row& row : overlay_rows) {
        DcmDictEntry* entry = make_entry(0x60000000 | row.tag, 0x60FF, row.vr);
        entry->setGroupRangeRestriction(DcmDictRange_Even);
        dictionary.addEntry(entry);
    }
    dcmDataDict.wrunlock();
    dcmEnableUnknownVRConversion.set(OFTrue);
}

}  // namespace

void load_dictionary() {
    static std::once_flag once;
    std::call_once(once, replace_dictionary);
}

Vr standard_vr(std::uint32_t tag) noexcept {
    const Row* row = find(tag);
    return row != nullptr ? row->vr : none;
}

Multiplicity standard_vm(std::uint32_t tag) noexcept {
    const Row* row = find(tag);
    return row != nullptr ? row->vm : Multiplicity{};
}

bool allows(Multiplicity multiplicity, std::size_t count) noexcept {
    if (count == 0) return true;
    if (count < multiplicity.least || (multiplicity.most != 0 && count > multiplicity.most)) return false;
    return (count - multiplicity.least) % multiplicity.step == 0;
}

}  // namespace msh::dicom
