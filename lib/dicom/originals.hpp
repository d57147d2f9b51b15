// The values of an original that the sealed box keeps: of the attributes that QIDO-RS returns for studies, series and
// instances, of the issuer of the Patient ID, and of the others that can be searched. They are decoded and not changed
// otherwise, and read before de-identification. Index terms are made from them later (index_terms() in
// terms/normalise.hpp).
//
//     std::vector<Original> originals = read_originals(instance.data_set());
//
// Nothing in the data set is changed, not even the padding that DCMTK's own accessors would drop.
//
// Spaces and NULs at the ends of values are removed. Bytes that cannot be decoded become U+FFFD (terms/charset.hpp);
// numbers are decimal. To keep the sealed box below its limit of 64 KiB, an attribute of more than 4 KiB has a name but
// no values, and reading ends at 16 KiB in total; valid files are far below both. Patient ID and its issuer are always
// there if the file has them, perhaps without values: patients are told apart by them.
//
// Source: DICOM PS3.18 tables 10.6.3-3 to 10.6.3-5.
#pragma once

#include <optional>
#include <string>
#include <vector>

class DcmItem;

namespace msh::dicom {

struct Original {
    std::string tag;                                 // "00100010", within a sequence "00400275.00400009"
    std::optional<std::vector<std::string>> values;  // at least one that is not empty; nothing: too long
    bool operator==(const Original&) const = default;
};

// The most important first. Empty ones are omitted.
[[nodiscard]] std::vector<Original> read_originals(DcmItem& head);

}  // namespace msh::dicom
