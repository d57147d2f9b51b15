// Comparing a record from outside with the known one (the rules stand in objects.hpp). For the .cpp files of this
// room alone.
#pragma once

#include "record/object.hpp"

namespace msh::keystore {

// Adds what `known` lacks; true when that was anything. Error `input` when the two disagree, and then `known`
// is unchanged.
bool merge_record(record::Object& known, const record::Object& from_outside);

}  // namespace msh::keystore
