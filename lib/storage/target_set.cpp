#include "storage/target_set.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "keystore/targets.hpp"

namespace msh::storage {

TargetSet::TargetSet(const std::vector<std::unique_ptr<Target>>& targets, const std::optional<std::size_t>& at_least,
                     Program& program)
    : program_(program) {
    std::size_t counted = 0;
    for (const auto& target : targets) {
        all_.push_back(target.get());
        if (target->is_counted()) ++counted;
    }
    if (at_least && *at_least < counted) spare_ = counted - *at_least;
}

void TargetSet::open(keystore::Keystore* keystore) {
    for (Target* const target : all_) {
        const auto name = target->keystore_name();
        const bool has_payloads = keystore != nullptr && name && keystore::Targets(*keystore).has_any(*name);
        attempt(*target, [&] { target->open(has_payloads); });
    }
}

void TargetSet::close(bool all_well) {
    for (Target* const target : all_)
        attempt(*target, [&] { target->close(all_well, [this] { program_.stop_if_signalled(); }); });
}

bool TargetSet::attempt(const Target& target, const std::function<void()>& call) {
    if (loss(target)) return false;
    try {
        call();
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::again && error.kind() != ErrorKind::failed) throw;
        program_.stop_if_signalled();
        const std::scoped_lock lock(mutex_);
        if (lost_.contains(&target)) return false;
        if (!target.is_counted() || lost_.size() == spare_) throw;
        lost_.emplace(&target, error);
        program_.warn(std::string(error.what()) + "; continuing without " + target.label());
        if (!error.hint().empty()) program_.note("hint: " + error.hint());
        return false;
    }
}

std::optional<Error> TargetSet::loss(const Target& target) const {
    const std::scoped_lock lock(mutex_);
    const auto found = lost_.find(&target);
    return found == lost_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Target*> TargetSet::remaining_of(const std::vector<Target*>& targets) const {
    std::vector<Target*> left;
    std::copy_if(targets.begin(), targets.end(), std::back_inserter(left),
                 [&](const Target* target) { return !loss(*target); });
    return left;
}

ipfs::BlockSources TargetSet::sources() const {
    ipfs::BlockSources sources;
    for (Target* const target : remaining_of(all_)) {
        if (ipfs::BlockSource* const source = target->source()) sources.push_back(source);
    }
    return sources;
}

bool TargetSet::has_lost_a_lasting_target() const {
    const std::scoped_lock lock(mutex_);
    return std::any_of(lost_.begin(), lost_.end(), [](const auto& lost) { return lost.first->is_lasting(); });
}

TargetSet::Refused TargetSet::commit() {
    Refused refused;
    std::mutex mutex;
    for (const bool follows : {false, true}) {
        parallel_for(all_.size(), static_cast<unsigned>(all_.size()), [&](std::size_t i) {
            Target& target = *all_[i];
            if (target.fetches_from_others() != follows) return;
            std::vector<PinRefusal> refusals;
            if (!attempt(target, [&] { refusals = target.commit(); }) || refusals.empty()) return;
            const auto is_late = [](const PinRefusal& refusal) { return refusal.is_late; };
            if (spare_ > 0 && std::any_of(refusals.begin(), refusals.end(), is_late)) target.stop_waiting();
            const std::scoped_lock lock(mutex);
            for (const PinRefusal& refusal : refusals)
                refused[&target].emplace(refusal.root, refusal.why);
        });
    }
    return refused;
}

std::optional<Error> why_refused(const TargetSet::Refused& refused, const Target& target, const ipfs::Cid& root) {
    const auto by_target = refused.find(&target);
    if (by_target == refused.end()) return std::nullopt;
    const auto reason = by_target->second.find(root);
    return reason == by_target->second.end() ? std::nullopt : std::optional(reason->second);
}

}  // namespace msh::storage
