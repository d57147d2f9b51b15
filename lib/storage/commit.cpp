#include "storage/commit.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "json/write.hpp"
#include "keystore/objects.hpp"
#include "keystore/targets.hpp"
#include "record/object.hpp"

namespace msh::storage {
namespace {

bool has_failed(const Outcome& outcome) {
    return outcome.plan.request->error.has_value();
}

keystore::StoredPayload stored_payload(const Outcome& outcome) {
    return {record::name_of(outcome.plan.request->object), outcome.plan.cid->text()};
}

}  // namespace

Committer::Committer(keystore::Keystore* keystore, TargetSet& targets)
    : keystore_(keystore),
      targets_(targets),
      has_lasting_target_(std::any_of(targets.all().begin(), targets.all().end(),
                                      [](const Target* target) { return target->is_lasting(); })) {}

void Committer::commit(std::span<Outcome> outcomes) {
    const TargetSet::Refused refused = targets_.commit();
    for (Outcome& outcome : outcomes) {
        if (!has_failed(outcome)) count_copies(outcome, refused);
    }
    std::error_code ignored;
    for (const std::filesystem::path& file : note(outcomes))
        std::filesystem::remove(file, ignored);
}

// A target that was given the payload has it, unless it refused it in the end or was lost.
void Committer::count_copies(Outcome& outcome, const TargetSet::Refused& refused) {
    Plan& plan = outcome.plan;
    std::optional<Error> why;
    for (Target* const target : outcome.given) {
        if (const auto refusal = why_refused(refused, *target, *plan.cid)) {
            why = refusal;
        } else if (!targets_.loss(*target) && std::erase(plan.lacking, target) > 0) {
            plan.present.push_back(target);
        }
    }
    if (plan.lacking.size() <= targets_.spare()) return;
    may_go_better_ = true;
    const bool is_out_of_reach = outcome.is_copy && outcome.given.empty() && plan.present.empty();
    plan.request->error = why.value_or(Error(
        ErrorKind::again, is_out_of_reach ? "the payload is neither in a file nor complete in a target that is left"
                                          : "not enough targets have the payload"));
}

// In one transaction. Returns the files that nobody needs any more.
std::vector<std::filesystem::path> Committer::note(std::span<Outcome> outcomes) {
    std::optional<keystore::Transaction> transaction;
    if (keystore_ != nullptr) transaction.emplace(*keystore_);
    std::vector<std::filesystem::path> needless;
    std::vector<Id> without_path;
    for (Outcome& outcome : outcomes) {
        if (has_failed(outcome)) continue;
        attempt(*outcome.plan.request, [&] {
            note(outcome);
            const bool is_needless = is_in_spool(outcome) && (outcome.is_copy || is_everywhere(outcome));
            if (is_needless) needless.push_back(outcome.place->path);
            if (is_needless || outcome.is_copy) without_path.push_back(outcome.plan.request->object.id);
        });
    }
    if (keystore_ != nullptr) {
        keystore::Objects(*keystore_).remove_paths(without_path);
        transaction->commit();
    }
    return needless;
}

void Committer::note(Outcome& outcome) {
    const bool is_noted = note_targets(outcome);
    const std::vector<Target*>& present = outcome.plan.present;
    const bool is_kept =
        std::any_of(present.begin(), present.end(), [](const Target* target) { return target->is_lasting(); });
    Request& request = *outcome.plan.request;
    request.cid = outcome.plan.cid;
    request.line.set("payload.cid", json::quote(request.cid->text()));
    if (outcome.is_copy || (is_kept && is_noted)) request.line.remove("payload.path");
}

// Returns whether the keystore knows of all targets that lack the payload.
bool Committer::note_targets(const Outcome& outcome) {
    const Plan& plan = outcome.plan;
    const keystore::StoredPayload stored = stored_payload(outcome);
    for (const Target* const target : plan.present) {
        if (keystore_ == nullptr || is_among(plan.remembered, target)) continue;
        keystore::Targets(*keystore_).mark(target->keystore_name(), {&stored, 1});
    }
    bool is_noted = true;
    for (const Target* const target : plan.lacking) {
        // A lost target keeps what it is remembered to have.
        if (is_among(plan.remembered, target) && targets_.loss(*target)) continue;
        if (keystore_ != nullptr && keystore::Targets(*keystore_).add_missing(target->keystore_name().value(), stored))
            continue;
        is_noted = false;
        ++unnoted_[target];
    }
    return is_noted;
}

// Whether no target lacks it, of this run or an earlier one.
bool Committer::is_everywhere(const Outcome& outcome) {
    if (!outcome.plan.lacking.empty()) return false;
    return keystore_ == nullptr || !keystore::Targets(*keystore_).is_missing(stored_payload(outcome));
}

// Only what msh-encrypt put there is removed, and only where a target is to keep it.
bool Committer::is_in_spool(const Outcome& outcome) const {
    return has_lasting_target_ && outcome.place && outcome.place->folder == custodian::PayloadPlace::Folder::spool;
}

std::uint64_t Committer::unnoted(const Target& target) const {
    const auto found = unnoted_.find(&target);
    return found == unnoted_.end() ? 0 : found->second;
}

}  // namespace msh::storage
