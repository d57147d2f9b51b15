#include "putter.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <span>
#include <system_error>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "custodian/custodian.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/payload.hpp"
#include "json/line.hpp"
#include "json/write.hpp"
#include "keystore/objects.hpp"
#include "keystore/targets.hpp"
#include "record/object.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

ipfs::Cid parse_cid(const std::string& text) {
    const auto cid = ipfs::Cid::parse(text);
    if (!cid) throw Error(ErrorKind::input, "'payload.cid' has no valid value");
    return *cid;
}

bool is_there(const fs::path& file) {
    std::error_code ignored;
    return fs::exists(file, ignored);
}

bool is_among(const std::vector<storage::Target*>& targets, const storage::Target* target) {
    return std::find(targets.begin(), targets.end(), target) != targets.end();
}

// Runs what concerns one record alone.
template <typename Step>
void attempt(cli::Item& item, Step step) {
    try {
        step();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        item.fail(error);
    }
}

}  // namespace

Putter::Putter(const custodian::Home& home, storage::TargetSet& targets, const std::vector<std::string>& payloads)
    : home_(home),
      places_(home, payloads),
      keystore_(custodian::open_keystore_if_any(home)),
      targets_(targets),
      wanted_(targets.all()),
      keeps_(std::any_of(wanted_.begin(), wanted_.end(),
                         [](const storage::Target* target) { return target->is_lasting(); })),
      asks_by_cid_(std::any_of(wanted_.begin(), wanted_.end(),
                               [](const storage::Target* target) { return target->is_asked_by_cid(); })) {
    for (storage::Target* const target : targets_.all()) {
        const auto name = target->keystore_name();
        const bool has_payloads = keystore_ && name && keystore::Targets(*keystore_).has_any(*name);
        targets_.attempt(*target, [&] { target->open(has_payloads); });
    }
    open_own_store();
}

void Putter::open_own_store() {
    std::error_code ignored;
    if (own_store_ || !fs::is_directory(home_.store(), ignored)) return;
    own_store_ = std::make_unique<ipfs::BlockStore>(home_.store(), ipfs::BlockStore::Access::read);
}

// The targets that are left, and the own store.
ipfs::BlockSources Putter::sources() const {
    ipfs::BlockSources sources = targets_.sources();
    if (own_store_) sources.push_back(own_store_.get());
    return sources;
}

void Putter::operator()(cli::Batch& batch) {
    wanted_ = targets_.all();
    put_batch(batch);
}

void Putter::put_batch(cli::Batch& batch) {
    std::vector<Job> jobs = decide(batch);
    workers_ = jobs.size() < worker_count() ? worker_count() : 1;
    ask_targets(jobs);
    if (asks_by_cid_) name(jobs);
    parallel_for(jobs.size(), worker_count(), [&](std::size_t i) {
        cli::stop_if_signalled();
        attempt(*jobs[i].item, [&] {
            if (jobs[i].lacking.empty()) look_closely(jobs[i]);
            if (!jobs[i].lacking.empty()) put(jobs[i]);
        });
    });
    for (Job& job : jobs) {
        if (job.missing) attempt(*job.item, [&] { look_again(job); });
    }
    settle(jobs);
    remember(jobs);
    for (const Job& job : jobs)
        empty_spool(job);
}

bool Putter::send_missing() {
    bool all_well = true;
    if (!keystore_) return all_well;
    for (storage::Target* const target : targets_.all())
        send_missing(*target, all_well);
    return all_well;
}

// The records are written already: a failure here ends this target only, and the next run continues with it.
void Putter::send_missing(storage::Target& target, bool& all_well) {
    const auto name = target.keystore_name();
    if (!name) return;
    keystore::Targets targets(*keystore_);
    wanted_ = {&target};
    std::int64_t after = 0;
    for (bool more = true; more && !targets_.loss(target);) {
        cli::Batch batch;
        after = targets.read_missing(*name, after, [&](const record::Object& object) {
            cli::Item& item = batch.items().emplace_back();
            item.line = json::Line::parse(record::to_json(object));
            item.object = object;
        });
        more = !batch.items().empty();
        try {
            put_batch(batch);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::again && error.kind() != ErrorKind::failed) throw;
            cli::stop_if_signalled();
            cli::say(error);
            (error.kind() == ErrorKind::again ? may_go_better_ : has_failed_) = true;
            all_well = false;
            return;
        }
        for (const cli::Item& item : batch.items()) {
            if (!item.failed()) continue;
            all_well = false;
            cli::say(Error(item.error->kind(), "object " + to_hex(item.object->id) + ": " + item.error->what(),
                           item.error->hint()));
        }
        cli::stop_if_signalled();
    }
}

void Putter::tell_missing() {
    for (const storage::Target* const target : targets_.all()) {
        const auto name = target->keystore_name();
        std::uint64_t count = lacking_[target];
        if (keystore_ && name) count += keystore::Targets(*keystore_).count_missing(*name);
        if (count == 0) continue;
        const std::string payloads = count == 1 ? " payload is" : " payloads are";
        cli::say_warning(std::to_string(count) + payloads + " still missing in " + target->label());
    }
}

void Putter::finish(bool all_well) {
    for (storage::Target* const target : targets_.all())
        targets_.attempt(*target, [&] { target->close(all_well, cli::stop_if_signalled); });
}

std::vector<Putter::Job> Putter::decide(cli::Batch& batch) {
    std::vector<Job> jobs;
    std::optional<keystore::Transaction> transaction;
    if (keystore_) transaction.emplace(*keystore_);
    for (cli::Item* item : batch.objects()) {
        Job job;
        job.item = item;
        attempt(*item, [&] {
            look_up(job);
            jobs.push_back(std::move(job));
        });
    }
    if (transaction) transaction->commit();
    return jobs;
}

// What the keystore knows takes precedence over the line.
void Putter::look_up(Job& job) {
    const record::Object& object = *job.item->object;
    job.path = object.payload.path;
    job.lacking = wanted_;
    job.remembered.clear();
    job.taken.clear();
    job.was_asked_for = false;
    if (object.payload.cid) job.named = parse_cid(*object.payload.cid);
    if (!keystore_) return;
    const auto known = keystore::Objects(*keystore_).merge(object, keystore::Backing::payload);
    if (!known) return;
    job.kept = known->payload.path;
    if (!known->payload.cid) return;
    job.named = parse_cid(*known->payload.cid);
    keystore::Targets kept(*keystore_);
    for (storage::Target* target : job.lacking) {
        const auto name = target->keystore_name();
        if (name && kept.stored(keystore::stored_payload(*known), *name)) job.remembered.push_back(target);
    }
    record::add_missing(job.item->line, *known);
}

// Asks each target once, for all payloads whose CID is known.
void Putter::ask_targets(std::span<Job> jobs) {
    for (storage::Target* const target : targets_.remaining_of(wanted_)) {
        std::vector<Job*> asked;
        std::vector<ipfs::Cid> roots;
        for (Job& job : jobs) {
            if (!job.named || job.was_asked_for) continue;
            if (!target->is_asked_by_cid() && !is_among(job.remembered, target)) continue;
            asked.push_back(&job);
            roots.push_back(*job.named);
        }
        if (roots.empty()) continue;
        std::vector<bool> there(roots.size());
        targets_.attempt(*target, [&] { there = target->find_present(roots); });
        for (std::size_t i = 0; i < asked.size(); ++i) {
            if (there[i]) std::erase(asked[i]->lacking, target);
        }
    }
    for (Job& job : jobs) {
        job.was_asked_for = job.named.has_value();
        if (job.lacking.empty()) job.cid = job.named;
    }
}

// Computes CIDs before anything is sent, for targets that can be asked by CID.
void Putter::name(std::vector<Job>& jobs) {
    parallel_for(jobs.size(), worker_count(), [&](std::size_t i) {
        Job& job = jobs[i];
        if (job.named) return;
        cli::stop_if_signalled();
        choose_file(job);
        if (!has_file(job)) return;  // looked for again later
        attempt(*job.item, [&] {
            describe_file(job);
            const ipfs::NamedFile named =
                ipfs::name_payload(job.file->path, job.file->size, ipfs::unixfs_v1_2025, workers_);
            job.named = named.root;
            job.file->named = named.stamp;
        });
    });
    std::erase_if(jobs, [](const Job& job) { return job.item->failed(); });
    ask_targets(jobs);
}

// The targets are said to have the payload, but its file still exists and may be the last sound copy: checks them.
void Putter::look_closely(Job& job) {
    choose_file(job);
    if (!has_file(job)) return;
    const ipfs::PayloadName payload{*job.named, job.item->object->payload.size};
    for (storage::Target* const target : wanted_) {
        bool has = false;
        targets_.attempt(*target, [&] { has = target->holds(payload); });
        if (!has) job.lacking.push_back(target);
    }
    if (!job.lacking.empty()) job.cid.reset();
}

// Another run may have stored the payload since it was looked up: it commits the CID before it removes the file.
void Putter::look_again(Job& job) {
    const Error why = *job.missing;
    job.missing.reset();
    open_own_store();
    look_up(job);
    ask_targets({&job, 1});
    if (!job.lacking.empty() && job.named) put_blocks(job);
    if (!job.cid) throw job.missing.value_or(why);
}

// The path that the keystore knows; if that file is gone, another own place of the object.
void Putter::choose_file(Job& job) const {
    const auto find = [&](const std::optional<std::string>& path) {
        return path ? places_.find(*path, job.item->object->id) : std::nullopt;
    };
    job.place = find(job.kept);
    if (job.place && is_there(job.place->path)) return;
    if (auto other = find(job.path)) job.place = std::move(other);
}

Error Putter::no_payload(const Job& job) {
    if (!job.place && job.path) {
        return custodian::not_a_place("outside the home folder, only RUN/ID below a folder of --payloads is read");
    }
    return Error(ErrorKind::input, job.named ? "the payload is neither in a file nor whole in a store"
                                             : "the record names neither a payload file nor a CID");
}

bool Putter::has_file(const Job& job) {
    return job.place && is_there(job.place->path);
}

void Putter::put(Job& job) {
    choose_file(job);
    if (!job.place && !job.named) throw no_payload(job);
    if (job.place) {
        try {
            put_file(job);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input || has_file(job)) throw;
            if (!job.named) job.missing = error;
        }
    }
    if (job.cid || job.missing) return;
    put_blocks(job);
}

void Putter::describe_file(Job& job) const {
    const bool is_own = job.place->folder != custodian::PayloadPlace::Folder::other;
    job.file = storage::PayloadFile{.path = job.place->path,
                                    .size = job.item->object->payload.size,
                                    .taking = is_own ? ipfs::Taking::link : ipfs::Taking::copy,
                                    .workers = workers_};
}

// All targets at once; without a CID, one target first, which computes it. Only one store may link the file, since two
// links would share one inode and its damage.
void Putter::put_file(Job& job) {
    std::vector<storage::Target*> targets = targets_.remaining_of(job.lacking);
    if (targets.empty()) {
        job.cid = job.named;
        return;
    }
    if (!job.file) describe_file(job);
    const auto linking =
        std::find_if(targets.begin(), targets.end(), [](const storage::Target* one) { return one->is_lasting(); });
    const auto take = [&](storage::Target& target, std::size_t) {
        storage::PayloadFile file = *job.file;
        if (linking == targets.end() || &target != *linking) file.taking = ipfs::Taking::copy;
        return target.store_file(file, job.named);
    };
    auto rest = targets.begin();
    while (!job.named && rest != targets.end())
        give(job, {*rest++}, take);
    give(job, {rest, targets.end()}, take);
    job.cid = job.named;
}

// Gives the payload to all these targets at once. They have to return the same CID.
void Putter::give(Job& job, const std::vector<storage::Target*>& targets, const Take& take) {
    std::vector<std::optional<ipfs::Cid>> cids(targets.size());
    parallel_for(targets.size(), static_cast<unsigned>(targets.size()),
                 [&](std::size_t i) { targets_.attempt(*targets[i], [&] { cids[i] = take(*targets[i], i); }); });
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (!cids[i]) continue;
        if (job.named && cids[i] != job.named) throw Error(ErrorKind::input, "the payload changed while it was read");
        job.named = cids[i];
        job.taken.push_back(targets[i]);
    }
}

// Without a file: copies the blocks from a store or node, which may be the target itself if the keystore does not know.
// A target that was given nothing because a source failed lacks the payload, and has not failed itself.
void Putter::put_blocks(Job& job) {
    const std::vector<storage::Target*> targets = targets_.remaining_of(job.lacking);
    std::vector<ipfs::SourceFailed> failures;
    const bool is_nowhere = !copy_blocks(job, targets, failures);
    for (const ipfs::SourceFailed& failure : failures)
        blame(failure);
    const bool is_known = failures.empty() && !targets_.has_lost_a_source();
    const bool may_lack =
        std::all_of(targets.begin(), targets.end(), [](const storage::Target* one) { return one->is_counted(); });
    if (!is_known && !may_lack) may_go_better_ = true;
    if (is_nowhere && (is_known || !may_lack)) {
        job.missing = no_payload(job);
    } else if (!failures.empty() && !may_lack) {
        job.missing = Error(ErrorKind::input, failures.front().what(), failures.front().hint());
    } else {
        job.cid = job.named;
        job.has_no_file = true;
    }
}

// False where a block is nowhere.
bool Putter::copy_blocks(Job& job, const std::vector<storage::Target*>& targets,
                         std::vector<ipfs::SourceFailed>& failures) {
    const ipfs::PayloadName payload{*job.named, job.item->object->payload.size};
    std::deque<ipfs::BlamedSource> blamed;
    ipfs::BlockSources from;
    for (ipfs::BlockSource* const source : sources())
        from.push_back(&blamed.emplace_back(*source));
    std::mutex mutex;
    const auto copy = [&](storage::Target& target, std::size_t) -> std::optional<ipfs::Cid> {
        if (target.holds(payload)) return payload.root;
        try {
            ipfs::InTurn finder(from, 1, cli::is_signalled);
            target.copy(payload, finder);
            return payload.root;
        } catch (const ipfs::SourceFailed& failure) {
            const std::scoped_lock lock(mutex);
            failures.push_back(failure);
            return std::nullopt;
        }
    };
    try {
        give(job, targets, copy);
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        return false;
    }
}

// A target that others cannot be given blocks from has failed itself. The own store, where it is none, ends the run.
void Putter::blame(const ipfs::SourceFailed& failure) {
    for (storage::Target* const target : targets_.all()) {
        if (target->source() != failure.source()) continue;
        (void)targets_.attempt(*target, [&] { throw failure; });
        return;
    }
    throw failure;
}

// Makes the blocks durable.
void Putter::settle(std::vector<Job>& jobs) {
    const storage::TargetSet::Refused refused = targets_.commit();
    for (Job& job : jobs) {
        if (!job.item->failed() && job.cid) settle(job, refused);
    }
}

// A target that took the payload has it, unless it refused it in the end or was lost.
void Putter::settle(Job& job, const storage::TargetSet::Refused& refused) {
    std::optional<Error> why;
    for (storage::Target* const target : job.taken) {
        if (const auto refusal = why_refused(refused, *target, *job.cid)) {
            why = refusal;
        } else if (!targets_.loss(*target)) {
            std::erase(job.lacking, target);
        }
    }
    if (job.lacking.size() <= targets_.spare()) return;
    may_go_better_ = true;
    job.item->fail(why.value_or(Error(ErrorKind::again, "too few targets have the payload")));
}

// The blocks are durable: notes it in the keystore and in the records.
void Putter::remember(std::vector<Job>& jobs) {
    std::optional<keystore::Transaction> transaction;
    if (keystore_) transaction.emplace(*keystore_);
    std::vector<Id> moved;
    for (Job& job : jobs) {
        if (job.item->failed()) continue;
        attempt(*job.item, [&] {
            remember(job);
            if (job.may_go) moved.push_back(job.item->object->id);
        });
    }
    if (!keystore_) return;
    keystore::Objects(*keystore_).remove_paths(moved);
    transaction->commit();
}

void Putter::remember(Job& job) {
    const keystore::StoredPayload stored{record::name_of(*job.item->object), job.cid->text()};
    bool is_kept = false;       // by one of the targets
    bool is_remembered = true;  // what each of them lacks
    for (const storage::Target* const target : wanted_) {
        if (!is_among(job.lacking, target)) {
            is_kept = is_kept || target->is_lasting();
            if (keystore_ && !is_among(job.remembered, target)) {
                keystore::Targets(*keystore_).mark(target->keystore_name(), std::span(&stored, 1));
            }
        } else if (!is_among(job.remembered, target) ||
                   !targets_.loss(*target)) {  // a lost target keeps what it is remembered to have
            if (keystore_ && keystore::Targets(*keystore_).add_missing(target->keystore_name().value(), stored))
                continue;
            is_remembered = false;
            ++lacking_[target];
        }
    }
    const bool is_whole = job.lacking.empty() && !(keystore_ && keystore::Targets(*keystore_).is_missing(stored));
    job.may_go = job.has_no_file || (is_whole && may_leave_spool(job));
    job.item->line.set("payload.cid", json::quote(stored.cid));
    if (job.has_no_file || (is_kept && is_remembered)) job.item->line.remove("payload.path");
}

// Only what msh-encrypt put into the spool, and only if a target keeps it.
bool Putter::may_leave_spool(const Job& job) const {
    return keeps_ && job.place && job.place->folder == custodian::PayloadPlace::Folder::spool;
}

void Putter::empty_spool(const Job& job) const {
    std::error_code ignored;
    if (!job.item->failed() && job.may_go && may_leave_spool(job)) fs::remove(job.place->path, ignored);
}

}  // namespace msh
