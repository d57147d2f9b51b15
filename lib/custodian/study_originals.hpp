// What the originals of a study said, for its custodian's eyes: from the sealed boxes of its objects.
#pragma once

#include <functional>

#include "base/error.hpp"
#include "keystore/keystore.hpp"
#include "record/study_summary.hpp"

namespace msh::custodian {

// Opens the box of every object, as a study may hold images of more than one patient by mistake. Of someone else's
// study, nothing is known. Needs the unlocked keystore. `on_error` is told once of boxes that cannot be opened, and the
// others are read.
[[nodiscard]] record::StudyOriginals study_originals(keystore::Keystore& keystore, const Id& study,
                                                     const std::function<void(const Error&)>& on_error);

}  // namespace msh::custodian
