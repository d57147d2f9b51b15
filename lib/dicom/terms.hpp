// What an object can be found by: the values of the searchable attributes at the top level of a data set, decoded and
// normalised, as they go into the sealed box and from there into the index. Read before de-identification.
//
//     std::vector<Term> terms = read_terms(instance.head());
//
// Nothing in the data set is changed, not even the padding that DCMTK's own accessors would drop.
//
// A file can fail to have terms, but not to be read: values that are not what their attribute asks for are left out
// (dicom/normalise.hpp). So that the sealed box keeps its bound of 64 KiB whatever the file holds, an element longer
// than 4 KiB gives no terms, and terms end once their text reaches 16 KiB; sound files stay far below both.
#pragma once

#include <string>
#include <vector>

class DcmItem;

namespace msh::dicom {

struct Term {
    std::string attribute;  // keyword
    std::string value;      // normalised
    bool operator==(const Term&) const = default;
};

// In the order of the attributes' table, no term twice.
[[nodiscard]] std::vector<Term> read_terms(DcmItem& head);

}  // namespace msh::dicom
