// Two records of one object: whether they agree, and what one has that the other lacks. There is one list of the
// members for all of it (merge.cpp). What a record from outside may add to the keystore's is decided in
// keystore/objects.hpp.
//
// A member that both have must be the same; a sealed box and the hash of one are compared by the hash. Paths are not
// compared and never copied, since each machine has its own; nor is the anchor's proof compared, which grows with the
// log.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "record/object.hpp"

namespace msh::record {

// The first member in which they disagree, as msh-record(5) names it ("payload.cid"); nothing where they agree.
[[nodiscard]] std::optional<std::string_view> disagreement(const Object& known, const Object& other);

// The members that `known` lacks and `other` has; path and proof are not among them.
[[nodiscard]] std::vector<std::string_view> missing_members(const Object& known, const Object& other);

// Copies them, and the proof, from `other`; returns true if there were any. Throws Error (input) where the two
// disagree, and then `known` is unchanged.
bool add_missing(Object& known, const Object& other);

}  // namespace msh::record
