#include "refusal_memory.hpp"

#include <utility>

#include "base/clock.hpp"

namespace msh {

bool RefusalMemory::meet(const Task& task) {
    const Failure& failure = *task.failure;
    if (!failure.is_lasting || !task.file) return false;
    // What else is wrong with a file does not depend on what is allowed.
    const std::string rules =
        failure.word == dicom::to_string(dicom::FaultClass::pixel_text) ? options_.conditions() : options_.rules();
    keystore::Refusal refusal{*task.file, rules, std::string(task.outcome()), std::string(failure.word),
                              failure.error.what()};
    const bool is_old = !new_.contains(refusal.file) && refusals_.find(refusal);
    if (!is_old) new_.insert(refusal.file);
    met_.push_back(std::move(refusal));
    return is_old;
}

void RefusalMemory::take(const Task& task) {
    if (task.file) taken_.push_back(*task.file);
}

void RefusalMemory::commit() {
    if (!met_.empty()) refusals_.add(options_.project, std::exchange(met_, {}), seconds_now());
    if (!taken_.empty()) refusals_.forget(std::exchange(taken_, {}));
}

}  // namespace msh
