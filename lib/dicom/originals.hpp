// What the sealed box keeps of an original: the values, decoded but otherwise as they are, of what a QIDO-RS answer
// tells of a study, a series and an instance, of who issued the Patient ID, and of what else the index can search.
// Read before de-identification. Index terms are made of them later (index_terms() in dicom/normalise.hpp).
//
//     std::vector<Original> originals = read_originals(instance.head());
//
// Nothing in the data set is changed, not even the padding that DCMTK's own accessors would drop.
//
// Values lose the spaces and NULs at their ends. A piece that cannot be decoded is U+FFFD (dicom/charset.hpp); numbers
// are decimal. So that the sealed box keeps its bound of 64 KiB whatever the file holds, an attribute of more than
// 4 KiB has its name but no values, and nothing more is read once 16 KiB are reached; sound files stay far below both.
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

// The most telling first. Empty ones are left out.
[[nodiscard]] std::vector<Original> read_originals(DcmItem& head);

}  // namespace msh::dicom
