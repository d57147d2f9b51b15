#include "keystore/objects.hpp"

#include <map>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "keystore/merge.hpp"
#include "keystore/object_row.hpp"
#include "keystore/study_row.hpp"
#include "keystore/targets.hpp"

namespace msh::keystore {
namespace {

std::int64_t hint_number(const Digest& hint) {
    return static_cast<std::int64_t>(load_big_endian<std::uint64_t>(ByteView(hint).first(8)));
}

// The row of each study a batch writes to, or nothing when it no longer lives in that epoch.
class LivingStudies {
  public:
    explicit LivingStudies(db::Connection& database) : database_(database) {}

    std::optional<std::int64_t> find(const Id& study, std::uint64_t epoch) {
        const auto [place, is_new] = known_.try_emplace({study, epoch});
        if (is_new) {
            db::Query row = database_.query(
                "SELECT number FROM study JOIN secret ON secret.study = number AND secret.epoch = study.epoch"
                " WHERE id = ?1 AND lookup IS NOT NULL AND study.epoch = ?2 AND study_wrapped IS NOT NULL",
                {study, epoch});
            if (row.next()) place->second = row.integer(0);
        }
        return place->second;
    }

  private:
    db::Connection& database_;
    std::map<std::pair<Id, std::uint64_t>, std::optional<std::int64_t>> known_;
};

// An object whose payload is in no store, and what refers to it; false when it was stored meanwhile.
bool forget_unstored(Keystore& keystore, const Id& id) {
    db::Connection& database = keystore.database();
    const auto known = find_own_object(database, id);
    if (!known || Targets(keystore).is_kept(id)) return false;
    database.run(
        "UPDATE leaf SET object = NULL WHERE object = ?1"
        " AND number = (SELECT anchor_index FROM object WHERE number = ?1)",
        {known->number});
    database.run("DELETE FROM accepted_object WHERE object = ?1", {known->number});
    delete_object(database, known->number);
    return true;
}

Committed commit_one(Keystore& keystore, LivingStudies& studies, const NewObject& object, Objects& objects) {
    db::Connection& database = keystore.database();
    const auto study = studies.find(object.record.study, object.record.epoch);
    if (!study) return {Committed::Outcome::study_gone, object.record.id};
    if (const auto existing = objects.done(object.done)) {
        const bool is_gone = existing->id == object.lost && forget_unstored(keystore, existing->id);
        const bool gives_way = object.reencrypt == Reencrypt::any ||
                               (object.reencrypt == Reencrypt::of_other_rules && existing->rules != object.rules);
        if (!is_gone && !gives_way) return {Committed::Outcome::existing, existing->id};
        database.run("DELETE FROM done WHERE done = ?1", {object.done});
    }
    const std::int64_t number = insert_object(database, object.record, *study);
    database.run("INSERT INTO done (object, done, hint, rules) VALUES (?1, ?2, ?3, ?4)",
                 {number, object.done, hint_number(object.hint), object.rules});
    return {Committed::Outcome::stored, object.record.id};
}

// The study's number, by a query for number and profile.
std::int64_t require_study(const db::Query& row, bool is_found, const record::Object& record) {
    if (!is_found) throw Error(ErrorKind::input, "the record's study is not known");
    if (row.text(1) != record.profile) throw Error(ErrorKind::input, "the record's profile is not its study's");
    return row.integer(0);
}

std::int64_t own_study(db::Connection& database, const record::Object& record) {
    db::Query row =
        database.query("SELECT number, profile FROM study WHERE id = ?1 AND lookup IS NOT NULL", {record.study});
    const bool is_found = row.next();
    return require_study(row, is_found, record);
}

// Whoever was granted an own study could make up objects of it; they would be found as if they were its custodian's.
std::int64_t study_to_receive(db::Connection& database, const record::Object& record,
                              std::optional<std::int64_t> study) {
    db::Query row = database.query("SELECT number, profile, lookup IS NOT NULL FROM study WHERE number = ?1", {study});
    const bool is_found = row.next();
    const std::int64_t number = require_study(row, is_found, record);
    if (row.integer(2) != 0)
        throw Error(ErrorKind::input, "the record names one of your own studies, which never had this object");
    return number;
}

record::Object without_paths(record::Object record) {
    record.payload.path.reset();
    if (record.original) record.original->path.reset();
    return record;
}

// An anchor at the own log cannot be news from outside, except where a restored keystore has lost it: then its place is
// below the log's size and nothing else is known there. False for another log's.
bool check_own_anchor(db::Connection& database, const record::Anchor& anchor) {
    db::Query row = database.query(
        "SELECT own_log.size, leaf.number FROM own_log JOIN log ON log.number = own_log.log"
        " LEFT JOIN leaf ON leaf.number = ?2 WHERE origin = ?1",
        {anchor.origin, anchor.index});
    if (!row.next()) return false;
    if (anchor.index >= row.count(0) || !row.is_null(1)) throw_disagreement("anchor");
    return true;
}

// Judges an anchor that is news, and merges.
bool merge_checked(db::Connection& database, record::Object& known, const record::Object& from_outside,
                   Backing backing) {
    if (!known.anchor && from_outside.anchor) {
        const bool is_own = check_own_anchor(database, *from_outside.anchor);
        if (!is_own && backing != Backing::leaf && backing != Backing::grant) throw_disagreement("anchor");
    }
    return merge_record(known, from_outside, backing);
}

struct Merged {
    KnownObject object;
    bool has_changed = false;
};

// With each known object of this id and kc that agrees; Error (input), the first, where all disagree. Own ids are
// random, so nobody has a right to one of them.
std::vector<Merged> merge_with_each(db::Connection& database, const record::Object& from_outside, Backing backing,
                                    std::size_t most) {
    std::vector<KnownObject> known = find_objects(database, record::name_of(from_outside));
    if (known.empty() && own_object_number(database, from_outside.id)) throw_disagreement("kc");
    std::vector<Merged> merged;
    std::optional<Error> disagreement;
    for (KnownObject& object : known) {
        if (merged.size() == most) break;
        try {
            const bool has_changed = merge_checked(database, object.record, from_outside, backing);
            merged.push_back({std::move(object), has_changed});
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input) throw;
            if (!disagreement) disagreement = error;
        }
    }
    if (merged.empty() && disagreement) throw *disagreement;
    return merged;
}

std::optional<Merged> merge_with_one(db::Connection& database, const record::Object& from_outside, Backing backing) {
    std::vector<Merged> merged = merge_with_each(database, from_outside, backing, 1);
    if (merged.empty()) return std::nullopt;
    return std::move(merged.front());
}

}  // namespace

std::vector<Committed> Objects::commit_new(std::span<const NewObject> batch) {
    std::vector<Committed> outcomes;
    outcomes.reserve(batch.size());
    Transaction transaction(keystore_);
    LivingStudies studies(keystore_.database());
    for (const NewObject& object : batch) {
        outcomes.push_back(commit_one(keystore_, studies, object, *this));
    }
    transaction.commit();
    return outcomes;
}

bool Objects::hinted(const Digest& hint) {
    return keystore_.database().query("SELECT 1 FROM done WHERE hint = ?1 LIMIT 1", {hint_number(hint)}).next();
}

std::optional<EncryptedFile> Objects::done(const Digest& done) {
    db::Query row = keystore_.database().query(
        "SELECT id, rules FROM done JOIN object ON object.number = done.object WHERE done = ?1", {done});
    if (!row.next()) return std::nullopt;
    return EncryptedFile{row.array<16>(0), std::string(row.text(1))};
}

bool Objects::has(const Id& id) {
    return own_object_number(keystore_.database(), id).has_value();
}

std::optional<record::Object> Objects::get(const Id& id) {
    auto known = find_own_object(keystore_.database(), id);
    if (!known) return std::nullopt;
    return std::move(known->record);
}

bool Objects::has(const record::ObjectName& name) {
    return keystore_.database()
        .query("SELECT 1 FROM object WHERE id = ?1 AND kc = ?2 LIMIT 1", {name.id, name.kc})
        .next();
}

std::optional<record::Object> Objects::get(std::int64_t number) {
    auto known = find_object(keystore_.database(), number);
    if (!known) return std::nullopt;
    return std::move(known->record);
}

bool Objects::is_in_study(const Id& object, const Id& study) {
    return keystore_.database()
        .query("SELECT 1 FROM object JOIN study ON study.number = object.study WHERE object.id = ?1 AND study.id = ?2",
               {object, study})
        .next();
}

std::vector<HeldObject> Objects::candidates_for(const record::Object& from_outside) {
    db::Connection& database = keystore_.database();
    std::vector<HeldObject> held;
    for (Merged& merged : merge_with_each(database, from_outside, Backing::none, SIZE_MAX)) {
        const std::int64_t number = merged.object.number;
        held.push_back({number, study_epoch_of(database, number), std::move(merged.object.record)});
    }
    return held;
}

void Objects::for_each(const Id& study, const std::function<void(const record::Object&)>& call) {
    static const std::string sql =
        select_object +
        "WHERE study.id = ?1 AND lookup IS NOT NULL AND object.number > ?2 ORDER BY object.number LIMIT ?3";
    for_each_object(
        [&](std::int64_t after, int limit) {
            return keystore_.database().query(sql, {study, after, limit});
        },
        call);
}

std::uint64_t Objects::count(const Id& study) {
    db::Query row = keystore_.database().query(
        "SELECT count(*) FROM object WHERE study = (SELECT number FROM study WHERE id = ?1 AND lookup IS NOT NULL)",
        {study});
    return row.next() ? row.count(0) : 0;
}

std::optional<record::Object> Objects::merge(const record::Object& from_outside, Backing backing) {
    db::Connection& database = keystore_.database();
    auto merged = merge_with_one(database, from_outside, backing);
    if (!merged) return std::nullopt;
    // Usually there is nothing to add, and then nothing to lock.
    if (!merged->has_changed) return std::move(merged->object.record);

    Transaction transaction(keystore_);
    merged = merge_with_one(database, from_outside, backing);
    if (!merged) return std::nullopt;
    if (merged->has_changed) update_object(database, merged->object);
    transaction.commit();
    return std::move(merged->object.record);
}

std::int64_t Objects::receive(const record::Object& from_outside, const StudyEpoch& study) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    const auto number = study_number(database, study);
    auto known = number ? find_object_of(database, *number, from_outside.id) : std::nullopt;
    if (!known) {
        const std::int64_t to = study_to_receive(database, from_outside, number);
        if (from_outside.anchor) (void)check_own_anchor(database, *from_outside.anchor);
        known = {insert_object(database, without_paths(from_outside), to), {}};
    } else if (!known->record.sealed && merge_checked(database, known->record, from_outside, Backing::grant)) {
        update_object(database, *known);
    }
    transaction.commit();
    return known->number;
}

void Objects::add_recovered(const record::Object& lost) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    if (own_object_number(database, lost.id)) return;
    insert_object(database, without_paths(only_members_backed_by_leaf(lost)), own_study(database, lost));
    transaction.commit();
}

void Objects::remove_paths(std::span<const Id> ids) {
    Transaction transaction(keystore_);
    for (const Id& id : ids) {
        keystore_.database().run("UPDATE object SET payload_path = NULL WHERE id = ?1", {id});
    }
    transaction.commit();
}

}  // namespace msh::keystore
