// What the originals of a study said, for its custodian's eyes: from the sealed boxes of its objects.
#pragma once

#include "keystore/keystore.hpp"
#include "record/study_summary.hpp"

namespace msh::custodian {

// Opens the box of every object, as a study may hold images of more than one patient by mistake. Of someone else's
// study, nothing in it. Needs the unlocked keystore. Error (input) where a box cannot be opened.
[[nodiscard]] record::StudyOriginals study_originals(keystore::Keystore& keystore, const Id& study);

}  // namespace msh::custodian
