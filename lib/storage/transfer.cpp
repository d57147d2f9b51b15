#include "storage/transfer.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/parallel.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/payload.hpp"

namespace msh::storage {
namespace {

// The file as the targets take it.
PayloadFile describe(const Plan& plan, const custodian::PayloadPlace& place) {
    const bool is_own = place.folder != custodian::PayloadPlace::Folder::other;
    PayloadFile file{.path = place.path,
                     .size = plan.size(),
                     .mode = is_own ? ipfs::ImportMode::link : ipfs::ImportMode::copy,
                     .workers = plan.workers};
    if (plan.read_file && plan.read_file->path == place.path) file.named = plan.read_file->stamp;
    return file;
}

Error no_payload(const Plan& plan) {
    if (plan.places.empty() && plan.request->object.payload.path) {
        return custodian::place_not_allowed_error(
            "outside the home folder, only RUN/ID below a folder of --payloads is read");
    }
    if (!plan.cid) return Error(ErrorKind::input, "the record names neither a payload file nor a CID");
    return Error(
        ErrorKind::input, "the payload is neither in a file nor complete in a store",
        "name a store or node that has it; if none is left, and the original is, 'msh-encrypt --again' of that "
        "file alone makes a new object of it");
}

}  // namespace

Transfer::Transfer(std::filesystem::path own_store, TargetSet& targets, const Program& program)
    : own_store_folder_(std::move(own_store)), targets_(targets), program_(program) {
    open_own_store();
}

void Transfer::open_own_store() {
    std::error_code ignored;
    if (own_store_ || !std::filesystem::is_directory(own_store_folder_, ignored)) return;
    own_store_ = std::make_unique<ipfs::BlockStore>(own_store_folder_, ipfs::BlockStore::Access::read);
}

Outcome Transfer::run(Plan plan) {
    Outcome outcome;
    outcome.plan = std::move(plan);
    outcome.place = place_of_file(outcome.plan);
    if (outcome.plan.lacking.empty()) return outcome;
    if (!outcome.place && !outcome.plan.cid) throw no_payload(outcome.plan);
    if (outcome.place) {
        try {
            give_file(outcome);
            return outcome;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input || is_there(*outcome.place)) throw;
            if (!outcome.plan.cid) {
                outcome.missing = error;
                return outcome;
            }
        }
    }
    copy_blocks(outcome);
    return outcome;
}

Outcome Transfer::copy(Plan plan) {
    Outcome outcome;
    outcome.plan = std::move(plan);
    copy_blocks(outcome);
    return outcome;
}

// All targets at once; without a CID, one target first, which computes it. Only one store may link the file, since two
// links would share one inode and its damage.
void Transfer::give_file(Outcome& outcome) {
    Plan& plan = outcome.plan;
    const std::vector<Target*> targets = targets_.remaining_of(plan.lacking);
    const PayloadFile file = describe(plan, *outcome.place);
    const auto linking =
        std::find_if(targets.begin(), targets.end(), [](const Target* target) { return target->is_lasting(); });
    const auto store = [&](Target& target) {
        PayloadFile taken = file;
        if (linking == targets.end() || &target != *linking) taken.mode = ipfs::ImportMode::copy;
        return target.store_file(taken, plan.cid);
    };
    auto rest = targets.begin();
    while (!plan.cid && rest != targets.end())
        give(outcome, {*rest++}, store);
    give(outcome, {rest, targets.end()}, store);
}

// Gives the payload to all these targets at once. They have to return the same CID.
void Transfer::give(Outcome& outcome, const std::vector<Target*>& targets, const Give& give_to) {
    std::vector<std::optional<ipfs::Cid>> cids(targets.size());
    parallel_for(targets.size(), static_cast<unsigned>(targets.size()),
                 [&](std::size_t i) { targets_.attempt(*targets[i], [&] { cids[i] = give_to(*targets[i]); }); });
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (!cids[i]) continue;
        std::optional<ipfs::Cid>& cid = outcome.plan.cid;
        if (cid && cids[i] != cid) throw Error(ErrorKind::input, "the payload changed while it was read");
        cid = cids[i];
        outcome.given.push_back(targets[i]);
    }
}

// Copies the blocks from a store or node, which may be the target itself if the keystore does not know. A target that
// was given nothing because a source failed lacks the payload, and has not failed itself.
void Transfer::copy_blocks(Outcome& outcome) {
    const std::vector<Target*> targets = targets_.remaining_of(outcome.plan.lacking);
    std::vector<ipfs::SourceError> failures;
    const bool is_nowhere = !copy_blocks(outcome, targets, failures);
    for (const ipfs::SourceError& failure : failures)
        blame(failure);
    const bool is_known = failures.empty() && !may_be_in_lost_target(outcome.plan);
    const bool may_lack =
        std::all_of(targets.begin(), targets.end(), [](const Target* target) { return target->is_counted(); });
    if (!is_known && !may_lack) may_go_better_ = true;
    if (is_nowhere && (is_known || !may_lack)) {
        outcome.missing = no_payload(outcome.plan);
    } else if (!failures.empty() && !may_lack) {
        outcome.missing = Error(ErrorKind::input, failures.front().what(), failures.front().hint());
    } else {
        outcome.is_copy = true;
    }
}

// Whether a target that failed may hold it: of what the keystore knows, only one that it was put into.
bool Transfer::may_be_in_lost_target(const Plan& plan) const {
    if (!plan.is_known) return targets_.has_lost_a_lasting_target();
    return std::any_of(plan.remembered.begin(), plan.remembered.end(),
                       [&](const Target* target) { return target->is_lasting() && targets_.loss(*target); });
}

// False where a block is nowhere.
bool Transfer::copy_blocks(Outcome& outcome, const std::vector<Target*>& targets,
                           std::vector<ipfs::SourceError>& failures) {
    const ipfs::PayloadRef payload = outcome.plan.payload();
    std::deque<ipfs::ErrorTaggingSource> blamed;
    ipfs::BlockSources from;
    for (ipfs::BlockSource* const source : sources())
        from.push_back(&blamed.emplace_back(*source));
    std::mutex mutex;
    const auto copy = [&](Target& target) -> std::optional<ipfs::Cid> {
        if (target.holds(payload)) return payload.root;
        try {
            ipfs::SequentialFinder finder(from, 1, [this] { return program_.is_signalled(); });
            target.copy(payload, finder);
            return payload.root;
        } catch (const ipfs::SourceError& failure) {
            const std::scoped_lock lock(mutex);
            failures.push_back(failure);
            return std::nullopt;
        }
    };
    try {
        give(outcome, targets, copy);
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        return false;
    }
}

// A target that others cannot be given blocks from has failed itself. The own store, where it is none, ends the run.
void Transfer::blame(const ipfs::SourceError& failure) {
    for (Target* const target : targets_.all()) {
        if (target->source() != failure.source()) continue;
        (void)targets_.attempt(*target, [&] { throw failure; });
        return;
    }
    throw failure;
}

// The targets that are left, and the own store.
ipfs::BlockSources Transfer::sources() const {
    ipfs::BlockSources sources = targets_.sources();
    if (own_store_) sources.push_back(own_store_.get());
    return sources;
}

}  // namespace msh::storage
