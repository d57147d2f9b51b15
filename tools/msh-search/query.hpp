// What is asked for: keys from the command line and from files, as terms of the index.
#pragma once

#include <string>
#include <vector>

#include "dicom/normalise.hpp"
#include "index/builder.hpp"

namespace msh {

struct Query {
    std::vector<index::Term> terms;
    std::string hint;  // why it may find nothing, without a value of it; empty: nothing is noticed
};

// Error (usage) for a key that cannot be asked for, with the key's place among all of them but not its value; and when
// there is none.
[[nodiscard]] Query read_query(const std::vector<std::string>& keys, const std::vector<std::string>& files);

}  // namespace msh
