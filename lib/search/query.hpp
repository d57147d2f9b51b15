// What is asked for: keys such as "PatientID=4711", as terms of the index.
#pragma once

#include <string>
#include <vector>

#include "terms/term.hpp"

namespace msh::search {

struct Query {
    std::vector<terms::Term> terms;  // one object must have all of them
    std::string hint;                // why it may find nothing, without a value of it; empty: nothing is noticed
};

// Keys as terms/normalise.hpp takes them. Error (usage) when there is none, and for a key that cannot be asked for:
// with its place among all of them, from 1, but not its value.
[[nodiscard]] Query make_query(const std::vector<std::string>& keys);

}  // namespace msh::search
