#include "fleet.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"

namespace msh {

Fleet::Fleet(const std::vector<std::unique_ptr<Target>>& targets, const std::optional<std::size_t>& at_least) {
    std::size_t counted = 0;
    for (const auto& target : targets) {
        all_.push_back(target.get());
        if (target->counts()) ++counted;
    }
    if (at_least && *at_least < counted) spare_ = counted - *at_least;
}

bool Fleet::attempt(const Target& target, const std::function<void()>& call) {
    if (loss(target)) return false;
    try {
        call();
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::again && error.kind() != ErrorKind::failed) throw;
        cli::stop_if_signalled();
        const std::scoped_lock lock(mutex_);
        if (lost_.contains(&target)) return false;
        if (!target.counts() || lost_.size() == spare_) throw;
        lost_.emplace(&target, error);
        cli::say_warning(std::string(error.what()) + "; continuing without " + target.label());
        if (!error.hint().empty()) cli::say_note("hint: " + error.hint());
        return false;
    }
}

std::optional<Error> Fleet::loss(const Target& target) const {
    const std::scoped_lock lock(mutex_);
    const auto found = lost_.find(&target);
    return found == lost_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Target*> Fleet::left_of(const std::vector<Target*>& targets) const {
    std::vector<Target*> left;
    std::copy_if(targets.begin(), targets.end(), std::back_inserter(left),
                 [&](const Target* target) { return !loss(*target); });
    return left;
}

ipfs::BlockSources Fleet::sources() const {
    ipfs::BlockSources sources;
    for (Target* const target : left_of(all_)) {
        if (ipfs::BlockSource* const source = target->source()) sources.push_back(source);
    }
    return sources;
}

bool Fleet::has_lost_a_source() const {
    const std::scoped_lock lock(mutex_);
    return std::any_of(lost_.begin(), lost_.end(), [](const auto& lost) { return lost.first->keeps(); });
}

Fleet::Refused Fleet::settle() {
    Refused refused;
    std::mutex mutex;
    for (const bool follows : {false, true}) {
        parallel_for(all_.size(), static_cast<unsigned>(all_.size()), [&](std::size_t i) {
            Target& target = *all_[i];
            if (target.follows_others() != follows) return;
            std::vector<Refusal> refusals;
            if (!attempt(target, [&] { refusals = target.settle(); }) || refusals.empty()) return;
            const auto is_late = [](const Refusal& refusal) { return refusal.is_late; };
            if (spare_ > 0 && std::any_of(refusals.begin(), refusals.end(), is_late)) target.wait_no_more();
            const std::scoped_lock lock(mutex);
            for (const Refusal& refusal : refusals)
                refused[&target].emplace(refusal.root, refusal.why);
        });
    }
    return refused;
}

std::optional<Error> why_refused(const Fleet::Refused& refused, const Target& target, const ipfs::Cid& root) {
    const auto by_target = refused.find(&target);
    if (by_target == refused.end()) return std::nullopt;
    const auto reason = by_target->second.find(root);
    return reason == by_target->second.end() ? std::nullopt : std::optional(reason->second);
}

}  // namespace msh
