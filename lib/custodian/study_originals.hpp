// Values of a study's original files, from the sealed boxes of its objects. For its custodian only.
#pragma once

#include <functional>

#include "base/error.hpp"
#include "keystore/keystore.hpp"
#include "record/patient_count.hpp"
#include "record/study_summary.hpp"

namespace msh::custodian {

// Opens the box of every object, because a study may have images of several patients by mistake. A study that was
// received has no originals, and its result is empty. Needs the unlocked keystore. If boxes cannot be opened,
// `on_error` is called once, and the others are read. `patients` counts those of the study, if given.
[[nodiscard]] record::StudyOriginals study_originals(keystore::Keystore& keystore, const Id& study,
                                                     const std::function<void(const Error&)>& on_error,
                                                     record::PatientCount* patients = nullptr);

}  // namespace msh::custodian
