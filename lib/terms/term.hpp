// What a document is found by: the one type that values become when they are indexed, and queries when they are asked.
#pragma once

#include <string>

namespace msh::terms {

// A field's name (up to 255 bytes; for DICOM an attribute's keyword) and a normalised value of it (up to 65,535 bytes).
// Terms match when their bytes are the same.
struct Term {
    std::string field;
    std::string value;
    bool operator==(const Term&) const = default;
};

}  // namespace msh::terms
