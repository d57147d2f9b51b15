#include "storage/plan.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "ipfs/unixfs.hpp"
#include "keystore/objects.hpp"
#include "keystore/targets.hpp"
#include "record/object.hpp"

namespace msh::storage {
namespace {

void drop_failed(std::vector<Plan>& plans) {
    std::erase_if(plans, [](const Plan& plan) { return plan.request->error.has_value(); });
}

}  // namespace

bool is_there(const custodian::PayloadPlace& place) {
    std::error_code ignored;
    return std::filesystem::exists(place.path, ignored);
}

std::optional<custodian::PayloadPlace> place_of_file(const Plan& plan) {
    const auto found = std::find_if(plan.places.begin(), plan.places.end(), is_there);
    if (found != plan.places.end()) return *found;
    return plan.places.empty() ? std::nullopt : std::optional(plan.places.back());
}

Planner::Planner(const custodian::PayloadPlaces& places, keystore::Keystore* keystore, TargetSet& targets,
                 const Program& program)
    : places_(places),
      keystore_(keystore),
      targets_(targets),
      program_(program),
      asks_by_cid_(std::any_of(targets.all().begin(), targets.all().end(),
                               [](const Target* target) { return target->is_asked_by_cid(); })) {}

std::vector<Plan> Planner::plan(std::span<Request> requests, const std::vector<Target*>& wanted) {
    std::vector<Plan> plans = look_up(requests, wanted);
    std::vector<Plan*> named;
    for (Plan& plan : plans) {
        plan.workers = plans.size() < worker_count() ? worker_count() : 1;
        if (plan.cid) named.push_back(&plan);
    }
    ask_targets(named, wanted);
    if (asks_by_cid_) ask_targets(compute_cids(plans), wanted);
    drop_failed(plans);
    check_closely(plans);
    drop_failed(plans);
    return plans;
}

Plan Planner::plan_again(const Plan& former) {
    std::vector<Target*> wanted = former.present;
    wanted.insert(wanted.end(), former.lacking.begin(), former.lacking.end());
    Plan plan = look_up(*former.request, wanted);
    plan.workers = former.workers;
    if (!plan.cid) plan.cid = former.cid;
    Plan* const again = &plan;
    if (plan.cid) ask_targets({&again, 1}, wanted);
    return plan;
}

std::vector<Plan> Planner::look_up(std::span<Request> requests, const std::vector<Target*>& wanted) {
    std::vector<Plan> plans;
    std::optional<keystore::Transaction> transaction;
    if (keystore_ != nullptr) transaction.emplace(*keystore_);
    for (Request& request : requests)
        attempt(request, [&] { plans.push_back(look_up(request, wanted)); });
    if (transaction) transaction->commit();
    return plans;
}

Plan Planner::look_up(Request& request, const std::vector<Target*>& wanted) {
    const record::Object& object = request.object;
    Plan plan;
    plan.request = &request;
    plan.lacking = wanted;
    if (object.payload.cid) plan.cid = payload_of(object).root;
    const auto known =
        keystore_ != nullptr ? keystore::Objects(*keystore_).merge(object, keystore::Backing::payload) : std::nullopt;
    add_places(plan, known ? known->payload.path : std::nullopt);
    if (keystore_ == nullptr || !known || !known->payload.cid) return plan;
    plan.cid = payload_of(*known).root;
    plan.is_known = true;
    keystore::Targets kept(*keystore_);
    for (Target* const target : targets_.all()) {
        const auto name = target->keystore_name();
        if (name && kept.stored(keystore::stored_payload(*known), *name)) plan.remembered.push_back(target);
    }
    record::add_missing(request.line, *known);
    return plan;
}

void Planner::add_places(Plan& plan, const std::optional<std::string>& kept) const {
    const record::Object& object = plan.request->object;
    const auto add = [&](const std::string& path) {
        if (auto place = places_.find(path, object.id)) plan.places.push_back(std::move(*place));
    };
    if (kept) add(*kept);
    if (object.payload.path && object.payload.path != kept) add(*object.payload.path);
}

// Asks each target once, for all payloads that it may be asked for.
void Planner::ask_targets(std::span<Plan* const> plans, const std::vector<Target*>& wanted) {
    for (Target* const target : targets_.remaining_of(wanted)) {
        std::vector<Plan*> asked;
        std::vector<ipfs::Cid> roots;
        for (Plan* const plan : plans) {
            if (!target->is_asked_by_cid() && !is_among(plan->remembered, target)) continue;
            asked.push_back(plan);
            roots.push_back(*plan->cid);
        }
        if (roots.empty()) continue;
        std::vector<bool> is_present(roots.size());
        targets_.attempt(*target, [&] { is_present = target->find_present(roots); });
        for (std::size_t i = 0; i < asked.size(); ++i) {
            if (!is_present[i]) continue;
            std::erase(asked[i]->lacking, target);
            asked[i]->present.push_back(target);
        }
    }
}

// For targets that are asked by CID: what they have need not be sent.
std::vector<Plan*> Planner::compute_cids(std::vector<Plan>& plans) const {
    std::vector<Plan*> open;
    for (Plan& plan : plans) {
        if (!plan.cid) open.push_back(&plan);
    }
    parallel_for(open.size(), worker_count(), [&](std::size_t i) {
        program_.stop_if_signalled();
        attempt(*open[i]->request, [&] { compute_cid(*open[i]); });
    });
    std::erase_if(open, [](const Plan* plan) { return !plan->cid; });
    return open;
}

void Planner::compute_cid(Plan& plan) const {
    const auto place = place_of_file(plan);
    if (!place || !is_there(*place)) return;  // looked for again by the transfer
    const ipfs::FileRoot file = ipfs::compute_root(place->path, plan.size(), ipfs::unixfs_v1_2025, plan.workers);
    plan.cid = file.root;
    plan.read_file = Plan::ReadFile{place->path, file.stamp};
}

void Planner::check_closely(std::vector<Plan>& plans) {
    parallel_for(plans.size(), worker_count(), [&](std::size_t i) {
        program_.stop_if_signalled();
        if (plans[i].lacking.empty()) attempt(*plans[i].request, [&] { check_closely(plans[i]); });
    });
}

// All targets seem to hold the payload, but its file still exists and may be the last sound copy.
void Planner::check_closely(Plan& plan) {
    const auto place = place_of_file(plan);
    if (!place || !is_there(*place)) return;
    for (Target* const target : std::exchange(plan.present, {})) {
        bool holds = false;
        targets_.attempt(*target, [&] { holds = target->holds(plan.payload()); });
        (holds ? plan.present : plan.lacking).push_back(target);
    }
}

}  // namespace msh::storage
