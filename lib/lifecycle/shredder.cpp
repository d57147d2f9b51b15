#include "lifecycle/shredder.hpp"

#include <string>
#include <vector>

#include "base/counted.hpp"
#include "custodian/custodian.hpp"
#include "keystore/targets.hpp"
#include "lifecycle/shred_report.hpp"
#include "lifecycle/shredded_payloads.hpp"
#include "lifecycle/tombstones_repair.hpp"
#include "search/flush.hpp"
#include "search/normaliser.hpp"

namespace msh::lifecycle {

StudyShredder::StudyShredder(keystore::Keystore& keystore, const custodian::Home& home, Program& program)
    : keystore_(keystore), home_(home), program_(program), shredding_(keystore), one_at_a_time_(home.master_lock()) {}

void StudyShredder::shred(const keystore::StudyName& name, const MasterKeyRequest& request) {
    const custodian::MasterKey present = custodian::unlock(keystore_, home_, request.ask);
    const auto which = keystore::choose_studies(shredding_.of_id(name.id), name);
    repair_tombstones(keystore_, home_, program_);
    if (which.empty()) {
        complete_former(request, present.place);
    } else {
        const bool is_in_fetched = has_fetched_payloads(keystore_, home_, name.id);
        MasterKeyChange change(home_, request, present.place, program_);
        const auto shredded = shredding_.shred(name.id, which, change.next(), home_.tombstones());
        change.complete(keystore_);
        if (shredded) report_shredded(*shredded, is_in_fetched, home_, program_);
    }
    forget_in_index();
    remove_shredded_payloads(keystore_, home_);
}

// Of a run that was interrupted, perhaps before the master key was replaced.
void StudyShredder::complete_former(const MasterKeyRequest& request, custodian::KeyPlace place) {
    if (keystore_.rotation_state() == keystore::RotationState::to_repeat) {
        replace_master_key(keystore_, home_, request, place, program_);
    } else {
        custodian::finish_handover(keystore_, home_);
    }
    report_shredded_before(keystore_, program_);
}

// An object that cannot be indexed any more is not what was to be shredded: msh-index names it as an error.
void StudyShredder::forget_in_index() {
    const auto failures = search::forget_shredded(keystore_, home_, search::dicom_normaliser());
    if (failures.empty()) return;
    program_.warn(count_of(failures.size(), "object") + " cannot be indexed; msh-index says why");
}

void StudyShredder::for_each_remaining(const std::function<void(const keystore::Remaining&)>& call) {
    shredding_.for_each_remaining([&](const keystore::Remaining& payload) {
        if (payload.target != keystore::own_store_target) call(payload);
    });
}

void StudyShredder::forget_remaining() {
    shredding_.clear_discarded();
}

}  // namespace msh::lifecycle
