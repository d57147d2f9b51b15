#include "keystore/shredding.hpp"

#include <algorithm>
#include <utility>

#include "keystore/compaction.hpp"
#include "keystore/object_row.hpp"
#include "keystore/rotation.hpp"
#include "keystore/studies.hpp"

namespace msh::keystore {
namespace {

constexpr int objects_at_a_time = 512;

struct StudyRow {
    std::int64_t number = 0;
    bool is_own = false;
    std::vector<Tombstone> tombstones;  // one for each epoch

    [[nodiscard]] bool is_one_of(std::span<const StudyOfId> studies) const {
        return std::any_of(tombstones.begin(), tombstones.end(), [&](const Tombstone& tombstone) {
            return std::any_of(studies.begin(), studies.end(), [&](const StudyOfId& study) {
                return study.commitment == tombstone.commitment && study.issuer.value_or("") == tombstone.issuer;
            });
        });
    }
};

// Of all studies of this id, these.
std::vector<StudyRow> find_studies(db::Connection& database, const Id& study, std::span<const StudyOfId> which) {
    std::vector<StudyRow> found;
    db::Query rows = database.query(
        "SELECT number, lookup, commitment, issuer FROM study JOIN secret ON study = number WHERE id = ?1"
        " ORDER BY lookup IS NULL, number, secret.epoch",
        {study});
    while (rows.next()) {
        if (found.empty() || found.back().number != rows.integer(0))
            found.push_back({rows.integer(0), !rows.is_null(1), {}});
        const auto lookup = rows.maybe_array<32>(1);
        const std::string issuer = lookup ? "" : rows.maybe_text(3).value_or("-");
        found.back().tombstones.push_back({study, rows.array<32>(2), lookup, issuer});
    }
    std::erase_if(found, [&](const StudyRow& row) { return !row.is_one_of(which); });
    return found;
}

std::vector<Tombstone> tombstones_of(const std::vector<StudyRow>& studies) {
    std::vector<Tombstone> tombstones;
    for (const StudyRow& study : studies)
        tombstones.insert(tombstones.end(), study.tombstones.begin(), study.tombstones.end());
    return tombstones;
}

// Their numbers as a list in JSON.
std::string numbers_of(const std::vector<StudyRow>& studies) {
    std::string list;
    for (const StudyRow& study : studies)
        list += (list.empty() ? "[" : ",") + std::to_string(study.number);
    return list + "]";
}

Shredded describe(db::Connection& database, const std::string& studies) {
    Shredded shredded;
    {
        db::Query counts = database.query(
            "SELECT (SELECT count(*) FROM object WHERE study IN (SELECT value FROM json_each(?1))),"
            " (SELECT count(*) FROM secret WHERE study IN (SELECT value FROM json_each(?1)))",
            {studies});
        if (counts.next()) {
            shredded.objects = counts.count(0);
            shredded.epochs = counts.count(1);
        }
    }
    db::Query targets = database.query(
        "SELECT DISTINCT name FROM object"
        " JOIN stored ON stored.cid = object.payload_cid AND stored.role = 'payload'"
        " JOIN target ON target.number = stored.target WHERE study IN (SELECT value FROM json_each(?1)) ORDER BY name",
        {studies});
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

std::vector<std::int64_t> some_objects(db::Connection& database, std::int64_t study) {
    std::vector<std::int64_t> numbers;
    db::Query rows = database.query("SELECT number FROM object WHERE study = ?1 LIMIT ?2", {study, objects_at_a_time});
    while (rows.next())
        numbers.push_back(rows.integer(0));
    return numbers;
}

void erase(db::Connection& database, std::int64_t study) {
    database.run(
        "INSERT INTO discarded (cid, path)"
        " SELECT payload_cid, payload_path FROM object"
        "  WHERE study = ?1 AND (payload_cid IS NOT NULL OR payload_path IS NOT NULL)"
        " UNION ALL SELECT original_cid, original_path FROM object"
        "  WHERE study = ?1 AND (original_cid IS NOT NULL OR original_path IS NOT NULL)",
        {study});
    database.run(
        "INSERT INTO remaining (cid, target)"
        " SELECT payload_cid, target.name FROM object"
        " JOIN stored ON stored.cid = object.payload_cid AND stored.role = 'payload'"
        " JOIN target ON target.number = stored.target WHERE study = ?1 ORDER BY target.name, object.number",
        {study});
    retire_segments(database, study);
    forget_leaves(database, study);
    database.run("DELETE FROM accepted_object WHERE object IN (SELECT number FROM object WHERE study = ?1)", {study});
    for (auto part = some_objects(database, study); !part.empty(); part = some_objects(database, study)) {
        for (const std::int64_t object : part)
            delete_object(database, object);
    }
    database.run("DELETE FROM study WHERE number = ?1", {study});  // and its secrets
}

void note(db::Connection& database, const Tombstone& tombstone) {
    database.run("INSERT OR REPLACE INTO shredded (study, commitment, lookup, issuer) VALUES (?1, ?2, ?3, ?4)",
                 {tombstone.study, tombstone.commitment, tombstone.lookup, tombstone.issuer});
}

void erase(db::Connection& database, const std::vector<StudyRow>& studies) {
    for (const StudyRow& study : studies) {
        erase(database, study.number);
        for (const Tombstone& tombstone : study.tombstones)
            note(database, tombstone);
    }
}

// What several issuers granted under one secret is as many studies.
std::vector<std::string> holders_of(db::Connection& database, const std::vector<StudyRow>& studies) {
    std::vector<std::string> holders;
    for (const Tombstone& tombstone : tombstones_of(studies)) {
        db::Query rows = database.query(
            "SELECT issuer FROM study JOIN secret ON study = number WHERE id = ?1 AND commitment = ?2 ORDER BY number",
            {tombstone.study, tombstone.commitment});
        while (rows.next())
            holders.emplace_back(rows.text(0));
    }
    return holders;
}

}  // namespace

std::vector<StudyOfId> Shredding::of_id(const Id& study) {
    std::vector<StudyOfId> found;
    db::Query rows = keystore_.database().query(
        "SELECT commitment, iif(lookup IS NULL, coalesce(issuer, '-'), NULL), secret.epoch, 0, lookup IS NULL, number"
        " FROM study JOIN secret ON study = number"
        " WHERE id = ?1 AND (lookup IS NULL OR secret.epoch = study.epoch)"
        " UNION ALL SELECT commitment, nullif(issuer, ''), 0, 1, 2, 0 FROM shredded WHERE study = ?1 ORDER BY 5, 6",
        {study});
    while (rows.next())
        found.push_back({rows.array<32>(0), rows.maybe_text(1), rows.count(2), rows.count(3) != 0});
    return found;
}

std::optional<Shredded> Shredding::shred(const Id& study, std::span<const StudyOfId> which, const Key& next,
                                         const std::filesystem::path& tombstones) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    const std::vector<StudyRow> rows = find_studies(database, study, which);
    if (rows.empty()) return std::nullopt;
    append_tombstones(tombstones, tombstones_of(rows));
    Shredded shredded = describe(database, numbers_of(rows));
    shredded.granted = Grants(keystore_).recipients_of(numbers_of(rows));
    shredded.backups = Backups(keystore_).by_recipient();
    erase(database, rows);
    shredded.holders = holders_of(database, rows);
    Compaction(keystore_).schedule();
    Rotation rotation(keystore_);
    Vault vault = rotation.rewrap(next);
    transaction.commit();
    rotation.install(next, std::move(vault));
    return shredded;
}

std::optional<Whose> Shredding::was_shredded(const Id& study) {
    db::Query row =
        keystore_.database().query("SELECT lookup IS NULL FROM shredded WHERE study = ?1 ORDER BY 1 LIMIT 1", {study});
    if (!row.next()) return std::nullopt;
    return row.count(0) == 0 ? Whose::own : Whose::received;
}

std::vector<Tombstone> Shredding::tombstones() {
    std::vector<Tombstone> tombstones;
    db::Query rows =
        keystore_.database().query("SELECT study, commitment, lookup, issuer FROM shredded ORDER BY 1, 2, 4");
    while (rows.next()) {
        tombstones.push_back(
            {rows.array<16>(0), rows.array<32>(1), rows.maybe_array<32>(2), std::string(rows.text(3))});
    }
    return tombstones;
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
    db::Query rows = keystore_.database().query(
        "SELECT cid, target FROM remaining"
        " WHERE cid NOT IN (SELECT payload_cid FROM object WHERE payload_cid IS NOT NULL) ORDER BY number");
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
        const StudyOfId shredded{tombstone.commitment,
                                 tombstone.lookup ? std::nullopt : std::optional(tombstone.issuer)};
        const auto rows = find_studies(database, tombstone.study, {&shredded, 1});
        erase(database, rows);
        erased += rows.size();
        note(database, tombstone);
    }
    if (erased > 0) Compaction(keystore_).schedule();
    transaction.commit();
    return erased;
}

Error not_found_error(Keystore& keystore, const Id& study, const Error& otherwise) {
    const auto whose = Shredding(keystore).was_shredded(study);
    if (whose == Whose::own) return {ErrorKind::input, "the study was shredded"};
    if (!whose || Studies(keystore).has(study)) return otherwise;
    return {ErrorKind::input, "a study of this id was shredded",
            "if you mean another study with the same id, accept a grant of it first"};
}

}  // namespace msh::keystore
