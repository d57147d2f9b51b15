#include "intake/refusal_memory.hpp"

#include <string>
#include <utility>

#include "base/clock.hpp"
#include "dicom/fault.hpp"

namespace msh::intake {

bool RefusalMemory::meet(const Task& task) {
    const Failure& failure = *task.failure;
    if (!failure.is_lasting || !task.refusal_digest) return false;
    // What else is wrong with a file does not depend on what is allowed.
    const bool depends_on_allowed = failure.class_name == dicom::to_string(dicom::FaultClass::pixel_text);
    keystore::Refusal refusal{*task.refusal_digest, depends_on_allowed ? options_.conditions() : options_.rules(),
                              std::string(to_string(task.outcome)), std::string(failure.class_name),
                              failure.error.what()};
    const bool was_reported = !new_.contains(refusal.file) && refusals_.find(refusal);
    if (!was_reported) new_.insert(refusal.file);
    met_.push_back(std::move(refusal));
    return was_reported;
}

void RefusalMemory::forget(const Task& task) {
    if (task.refusal_digest) encrypted_.push_back(*task.refusal_digest);
}

void RefusalMemory::commit() {
    if (!met_.empty()) refusals_.add(options_.project, std::exchange(met_, {}), seconds_now());
    if (!encrypted_.empty()) refusals_.forget(std::exchange(encrypted_, {}));
}

}  // namespace msh::intake
