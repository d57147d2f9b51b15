#include "dicom/uid_registry.hpp"

#include <algorithm>
#include <iterator>

namespace msh::dicom {
namespace {

using enum UidType;

struct Row {
    std::string_view uid;  // below the root
    UidType type;
};

#include "dicom/uid_table.inc"

constexpr bool before(const Row& a, const Row& b) {
    return a.uid < b.uid;
}
static_assert(std::is_sorted(std::begin(rows), std::end(rows), before));

constexpr std::string_view dicom_root = "1.2.840.10008.";
constexpr std::string_view context_group_root = "6.1.";

constexpr std::string_view other_coding_schemes[] = {
    "2.16.840.1.113883.3.26.1.1",  // NCIt
    "2.16.840.1.113883.6.1",       // LN (LOINC)
    "2.16.840.1.113883.6.119",     // FMA
    "2.16.840.1.113883.6.24",      // MDC
    "2.16.840.1.113883.6.256",     // RADLEX
    "2.16.840.1.113883.6.8",       // UCUM
    "2.16.840.1.113883.6.86",      // UMLS
    "2.16.840.1.113883.6.96",      // SCT, SRT
};

// 1 to 1999.
bool is_context_group_number(std::string_view number) {
    const bool is_number = number.find_first_not_of("0123456789") == std::string_view::npos;
    if (number.empty() || number.size() > 4 || number.front() == '0' || !is_number) return false;
    return number.size() < 4 || number.front() == '1';
}

}  // namespace

bool is_registered(std::string_view uid, UidType type) noexcept {
    if (type == none) return false;
    if (!uid.starts_with(dicom_root)) {
        return type == coding_scheme && std::find(std::begin(other_coding_schemes), std::end(other_coding_schemes),
                                                  uid) != std::end(other_coding_schemes);
    }
    uid.remove_prefix(dicom_root.size());
    if (type == context_group) {
        return uid.starts_with(context_group_root) && is_context_group_number(uid.substr(context_group_root.size()));
    }
    const Row* row = std::lower_bound(std::begin(rows), std::end(rows), Row{uid, none}, before);
    return row != std::end(rows) && row->uid == uid && row->type == type;
}

}  // namespace msh::dicom
