#include "keystore/shredding.hpp"

#include <utility>

#include "keystore/compaction.hpp"
#include "keystore/rotation.hpp"

namespace msh::keystore {
namespace {

constexpr int objects_at_a_time = 512;

struct StudyRow {
    std::int64_t number = 0;
    std::optional<Digest> lookup;
};

// The own study of this id, and those that others gave out under it.
std::vector<StudyRow> find_studies(db::Connection& database, const Id& study) {
    std::vector<StudyRow> found;
    db::Query rows = database.query("SELECT number, lookup FROM study WHERE id = ?1 ORDER BY lookup IS NULL", {study});
    while (rows.next())
        found.push_back({rows.integer(0), rows.maybe_array<32>(1)});
    return found;
}

std::optional<Digest> own_lookup(const std::vector<StudyRow>& studies) {
    return studies.empty() ? std::nullopt : studies.front().lookup;
}

Shredded describe(db::Connection& database, const Id& study) {
    Shredded shredded;
    {
        db::Query counts = database.query(
            "SELECT (SELECT count(*) FROM object JOIN study ON study.number = study WHERE study.id = ?1),"
            " (SELECT count(*) FROM secret JOIN study ON number = study WHERE id = ?1)",
            {study});
        if (counts.next()) {
            shredded.objects = counts.count(0);
            shredded.epochs = counts.count(1);
        }
    }
    db::Query targets = database.query(
        "SELECT DISTINCT name FROM object JOIN study ON study.number = study JOIN stored ON stored.object = "
        "object.number"
        " JOIN target ON target.number = stored.target WHERE study.id = ?1 ORDER BY name",
        {study});
    while (targets.next())
        shredded.targets.emplace_back(targets.text(0));
    return shredded;
}

// The segments that name the study get ids that no manifest names. To whoever makes the next one they are lost, so that
// their other documents go into new ones: part of the transaction, so that a kill behind it cannot keep them.
void retire_segments(db::Connection& database, std::int64_t study) {
    database.run("UPDATE segment SET id = randomblob(32) WHERE number IN (SELECT segment FROM object WHERE study = ?1)",
                 {study});
}

// Leaves stay in the log, but nothing here tells any more whose they are.
void forget_leaves(db::Connection& database, std::int64_t study) {
    database.run(
        "UPDATE leaf SET object = NULL WHERE number IN (SELECT anchor_index FROM object WHERE study = ?1)"
        " AND object IN (SELECT number FROM object WHERE study = ?1)",
        {study});
}

void erase(db::Connection& database, const StudyRow& study) {
    database.run(
        "INSERT INTO discarded (cid, path)"
        " SELECT payload_cid, payload_path FROM object"
        "  WHERE study = ?1 AND (payload_cid IS NOT NULL OR payload_path IS NOT NULL)"
        " UNION ALL SELECT original_cid, original_path FROM object"
        "  WHERE study = ?1 AND (original_cid IS NOT NULL OR original_path IS NOT NULL)",
        {study.number});
    database.run(
        "INSERT INTO remaining (cid, target)"
        " SELECT payload_cid, target.name FROM object JOIN stored ON stored.object = object.number"
        " JOIN target ON target.number = stored.target"
        " WHERE study = ?1 AND payload_cid IS NOT NULL ORDER BY target.name, object.number",
        {study.number});
    retire_segments(database, study.number);
    forget_leaves(database, study.number);
    database.run("DELETE FROM accepted_object WHERE object IN (SELECT number FROM object WHERE study = ?1)",
                 {study.number});
    // In parts, as SQLite remembers the pages that one statement changes. What belongs to an object goes with it.
    while (database.run("DELETE FROM object WHERE number IN (SELECT number FROM object WHERE study = ?1 LIMIT ?2)",
                        {study.number, objects_at_a_time}) != 0) {
    }
    database.run("DELETE FROM study WHERE number = ?1", {study.number});  // and its secrets
}

void erase(db::Connection& database, const Id& id, const std::vector<StudyRow>& studies) {
    for (const StudyRow& study : studies)
        erase(database, study);
    database.run("INSERT OR REPLACE INTO shredded (study, lookup) VALUES (?1, ?2)", {id, own_lookup(studies)});
}

}  // namespace

std::optional<Shredded> Shredding::shred(const Id& study, const Key& next, const std::filesystem::path& tombstones) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    const std::vector<StudyRow> rows = find_studies(database, study);
    if (rows.empty()) return std::nullopt;
    append_tombstone(tombstones, {study, own_lookup(rows)});
    Shredded shredded = describe(database, study);
    shredded.granted = Grants(keystore_).given_of(study);
    shredded.backups = Backups(keystore_).by_recipient();
    erase(database, study, rows);
    Compaction(keystore_).owe();
    Rotation rotation(keystore_);
    Vault vault = rotation.rewrap(next);
    transaction.commit();
    rotation.install(next, std::move(vault));
    return shredded;
}

bool Shredding::was_shredded(const Id& study) {
    return keystore_.database().query("SELECT 1 FROM shredded WHERE study = ?1", {study}).next();
}

std::vector<Id> Shredding::studies() {
    std::vector<Id> studies;
    db::Query rows = keystore_.database().query("SELECT study FROM shredded ORDER BY study");
    while (rows.next())
        studies.push_back(rows.array<16>(0));
    return studies;
}

void Shredding::for_each_discarded(const std::function<void(const Discarded&)>& call) {
    db::Query rows = keystore_.database().query(
        "SELECT iif(cid IN (SELECT payload_cid FROM object WHERE payload_cid IS NOT NULL"
        "                   UNION ALL SELECT original_cid FROM object WHERE original_cid IS NOT NULL), NULL, cid), path"
        " FROM discarded ORDER BY number");
    while (rows.next())
        call({rows.maybe_text(0), rows.maybe_text(1)});
}

void Shredding::for_each_remaining(const std::function<void(const Remaining&)>& call) {
    db::Query rows = keystore_.database().query("SELECT cid, target FROM remaining ORDER BY number");
    while (rows.next())
        call({std::string(rows.text(0)), std::string(rows.text(1))});
}

void Shredding::clear_discarded() {
    Transaction transaction(keystore_);
    keystore_.database().run("DELETE FROM discarded");
    keystore_.database().run("DELETE FROM remaining");
    transaction.commit();
}

std::uint64_t Shredding::apply(std::span<const Tombstone> tombstones) {
    db::Connection& database = keystore_.database();
    std::uint64_t erased = 0;
    Transaction transaction(keystore_);
    for (const Tombstone& tombstone : tombstones) {
        if (const auto rows = find_studies(database, tombstone.study); !rows.empty()) {
            erase(database, tombstone.study, rows);
            ++erased;
        } else {
            database.run("INSERT OR IGNORE INTO shredded (study, lookup) VALUES (?1, ?2)",
                         {tombstone.study, tombstone.lookup});
        }
    }
    if (erased > 0) Compaction(keystore_).owe();
    transaction.commit();
    return erased;
}

Error not_here(Keystore& keystore, const Id& study, const Error& otherwise) {
    if (!Shredding(keystore).was_shredded(study)) return otherwise;
    return {ErrorKind::input, "the study was shredded"};
}

}  // namespace msh::keystore
