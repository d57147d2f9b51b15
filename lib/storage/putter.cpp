#include "storage/putter.hpp"

#include <cstddef>
#include <utility>

#include "base/parallel.hpp"

namespace msh::storage {

Putter::Putter(const custodian::Home& home, const custodian::PayloadPlaces& places, keystore::Keystore* keystore,
               TargetSet& targets, const Program& program)
    : targets_(targets),
      program_(program),
      planner_(places, keystore, targets, program),
      transfer_(home.store(), targets, program),
      committer_(keystore, targets) {}

void Putter::put(std::span<Request> requests, const std::vector<Target*>& wanted) {
    std::vector<Outcome> outcomes = transfer(planner_.plan(requests, wanted));
    for (Outcome& outcome : outcomes) {
        if (outcome.missing) attempt(*outcome.plan.request, [&] { outcome = try_again(outcome); });
    }
    committer_.commit(outcomes);
}

std::vector<Outcome> Putter::transfer(std::vector<Plan> plans) {
    std::vector<Outcome> outcomes(plans.size());
    parallel_for(plans.size(), worker_count(), [&](std::size_t i) {
        program_.stop_if_signalled();
        Request& request = *plans[i].request;
        attempt(request, [&] { outcomes[i] = transfer_.run(std::move(plans[i])); });
    });
    std::erase_if(outcomes,
                  [](const Outcome& outcome) { return outcome.plan.request == nullptr; });  // those that failed
    return outcomes;
}

// Another run may have stored the payload since it was planned.
Outcome Putter::try_again(const Outcome& failed) {
    transfer_.open_own_store();
    Outcome again;
    again.plan = planner_.plan_again(failed.plan);
    if (!again.plan.lacking.empty()) {
        if (!again.plan.cid) throw *failed.missing;
        again = transfer_.copy(std::move(again.plan));
    }
    if (again.missing) throw *again.missing;
    again.place = failed.place;
    return again;
}

}  // namespace msh::storage
