// What a record from outside may add to the known one: objects.hpp has the rules, record/merge.hpp the members. For the
// .cpp files of this room alone.
#pragma once

#include <string_view>

#include "keystore/objects.hpp"
#include "record/object.hpp"

namespace msh::keystore {

[[noreturn]] void throw_disagreement(std::string_view member, const char* hint = "");

// A leaf commits to no proof, and to nothing of `original` but its CID.
[[nodiscard]] record::Object only_members_backed_by_leaf(record::Object record);

// Adds the members that `known` lacks and the backing allows; returns true if there were any. Error `input` if the two
// disagree, and then `known` is unchanged. An anchor that is news without backing is left for the caller to judge.
bool merge_record(record::Object& known, const record::Object& from_outside, Backing backing);

}  // namespace msh::keystore
