// The registered UIDs that name a class of things and not a single thing. An element that names a class keeps only
// these: an invented UID could carry a date of birth or a patient's number.
//
//     is_registered("1.2.840.10008.5.1.4.1.1.2", UidType::sop_class)             // CT Image Storage
//     !is_registered("1.2.840.10008.5.1.4.1.1.2.19530412", UidType::sop_class)
//
// The table is compiled in (uid_table.inc, made by scripts/make-uid-table from the dictionaries of pydicom 3.0.2 and
// dicom-rs of June 2026), since the lists of DCMTK's releases differ and lack what came later. SOP classes of other
// roots than DICOM's are never registered, whoever uses them.
//
// Sources: DICOM PS3.6 Table A-1 (retired UIDs included) and Table A-3 (context groups: all numbers to 1999, some 1,500
// of which are given out); for coding schemes also PS3.16 Table 8-1, those of it that images use.
#pragma once

#include <cstdint>
#include <string_view>

namespace msh::dicom {

enum class UidType : std::uint8_t {
    none,  // no UID is registered as such
    sop_class,
    transfer_syntax,
    coding_scheme,
    mapping_resource,
    context_group,
};

// The UID as it is, without padding.
[[nodiscard]] bool is_registered(std::string_view uid, UidType type) noexcept;

}  // namespace msh::dicom
