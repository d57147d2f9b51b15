// What is asked for: keys such as "PatientID=4711", as terms of the index.
#pragma once

#include <string>
#include <vector>

#include "terms/term.hpp"

namespace msh::search {

struct Query {
    std::vector<terms::Term> terms;  // one object must have all of them
    std::string hint;                // why it may find nothing, never with a value of it; empty if no reason is known
};

// Keys as terms/normalise.hpp takes them. Throws Error (usage) if there is none, or if a key is not searchable; the
// message has its number, from 1, but never its value.
[[nodiscard]] Query make_query(const std::vector<std::string>& keys);

}  // namespace msh::search
