#include "keystore/grants.hpp"

#include <utility>

#include "base/error.hpp"
#include "keystore/object_row.hpp"
#include "keystore/study_row.hpp"

namespace msh::keystore {
namespace {

constexpr int records_at_a_time = 64;

std::optional<std::int64_t> maybe_time(const db::Query& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

// The columns: id, statement, issuer, not_before, not_after, accepted.
AcceptedGrant read_one(const db::Query& row) {
    return {row.array<32>(0),   std::string(row.text(1)), std::string(row.text(2)),
            maybe_time(row, 3), maybe_time(row, 4),       row.integer(5)};
}

std::vector<AcceptedGrant> read_accepted(db::Query rows) {
    std::vector<AcceptedGrant> grants;
    while (rows.next())
        grants.push_back(read_one(rows));
    return grants;
}

std::vector<GivenGrant> read_given(db::Query rows) {
    std::vector<GivenGrant> grants;
    while (rows.next()) {
        grants.push_back({rows.array<32>(0), rows.maybe_text(1), std::string(rows.text(2)), rows.integer(3),
                          rows.count(4), rows.count(5), maybe_time(rows, 6), rows.maybe_text(7)});
    }
    return grants;
}

Place label_place(const Digest& grant) {
    return Place("given", "label_wrapped").part(grant);
}

struct GrantRow {
    std::int64_t number = 0;
    std::uint64_t objects = 0;
};

GrantRow grant_row(db::Connection& database, const Digest& grant) {
    db::Query row = database.query("SELECT number, objects FROM accepted WHERE id = ?1", {grant});
    if (!row.next()) throw Error(ErrorKind::input, "the grant was not accepted here");
    return {row.integer(0), row.count(1)};
}

}  // namespace

void Grants::add_given(const GivenGrant& grant, const std::optional<std::string>& label) {
    Transaction transaction(keystore_);
    const auto wrapped = label ? std::optional(keystore_.wrap(label_place(grant.id), as_bytes(*label))) : std::nullopt;
    keystore_.database().run(
        "INSERT INTO given (id, statement, recipient, given, records, studies, not_after, label_wrapped, fingerprint)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        {grant.id, grant.statement, grant.recipient, grant.given, grant.records, grant.studies, grant.not_after,
         wrapped, grant.fingerprint});
    transaction.commit();
}

std::vector<GivenGrant> Grants::list_given() {
    return read_given(keystore_.database().query(
        "SELECT id, statement, recipient, given, records, studies, not_after, fingerprint FROM given ORDER BY number"));
}

std::optional<std::string> Grants::label_of(const Digest& given) {
    db::Query row = keystore_.database().query("SELECT label_wrapped FROM given WHERE id = ?1", {given});
    if (!row.next() || row.is_null(0)) return std::nullopt;
    return std::string(as_text(keystore_.unwrap(label_place(given), row.bytes(0))));
}

std::vector<GivenTo> Grants::recipients_of(const std::string& studies) {
    std::vector<GivenTo> grants;
    db::Query rows = keystore_.database().query(
        "SELECT recipient, count(*), min(given), max(given),"
        " CASE WHEN count(not_after) = count(*) THEN max(not_after) END FROM given"
        " WHERE number IN (SELECT given FROM given_study WHERE study IN (SELECT value FROM json_each(?1)))"
        " GROUP BY recipient ORDER BY min(number)",
        {studies});
    while (rows.next()) {
        grants.push_back(
            {std::string(rows.text(0)), rows.count(1), rows.integer(2), rows.integer(3), maybe_time(rows, 4)});
    }
    return grants;
}

bool Grants::add_accepted(const AcceptedGrant& grant) {
    Transaction transaction(keystore_);
    const bool is_new =
        keystore_.database().run(
            "INSERT INTO accepted (id, statement, issuer, not_before, not_after, accepted, objects)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT (id) DO NOTHING",
            {grant.id, grant.statement, grant.issuer, grant.not_before, grant.not_after, grant.accepted}) != 0;
    transaction.commit();
    return is_new;
}

void Grants::add_study(const Digest& grant, const StudyEpoch& study) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    const GrantRow row = grant_row(database, grant);
    if (const auto number = study_number(database, study)) {
        database.run("INSERT INTO accepted_study (study, epoch, granted) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                     {*number, study.epoch, row.number});
    }
    transaction.commit();
}

void Grants::add_objects(const Digest& grant, std::span<const std::int64_t> objects) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    GrantRow row = grant_row(database, grant);
    for (const std::int64_t object : objects) {
        const auto added = database.run(
            "INSERT INTO accepted_object (granted, position, object) SELECT ?1, ?2, number FROM object"
            " WHERE number = ?3",
            {row.number, row.objects++, object});
        if (added == 0) throw Error(ErrorKind::input, "the keystore does not know this object");
    }
    database.run("UPDATE accepted SET objects = ?2 WHERE number = ?1", {row.number, row.objects});
    transaction.commit();
}

std::optional<AcceptedGrant> Grants::accepted(const Digest& grant) {
    auto found = read_accepted(keystore_.database().query(
        "SELECT id, statement, issuer, not_before, not_after, accepted FROM accepted WHERE id = ?1", {grant}));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<AcceptedContents> Grants::list_accepted() {
    std::vector<AcceptedContents> grants;
    db::Query rows = keystore_.database().query(
        "SELECT id, statement, issuer, not_before, not_after, accepted,"
        " (SELECT count(DISTINCT study) FROM accepted_study WHERE granted = accepted.number), objects"
        " FROM accepted ORDER BY number");
    while (rows.next())
        grants.push_back({read_one(rows), rows.count(6), rows.count(7)});
    return grants;
}

std::vector<AcceptedGrant> Grants::grants_for(const StudyEpoch& study) {
    return read_accepted(keystore_.database().query(
        "SELECT id, statement, issuer, not_before, not_after, accepted FROM accepted"
        " JOIN accepted_study ON granted = number WHERE study = ?1 AND epoch = ?2 ORDER BY number",
        {study_number(keystore_.database(), study), study.epoch}));
}

void Grants::for_each_object(const Digest& grant, const std::function<void(const record::Object&)>& call) {
    static const std::string sql = std::string(select_object) +
                                   "JOIN accepted_object ON accepted_object.object = object.number"
                                   " WHERE granted = ?1 AND position >= ?2 AND position < ?3 ORDER BY position";
    const GrantRow row = grant_row(keystore_.database(), grant);
    std::vector<record::Object> part;
    for (std::uint64_t from = 0; from < row.objects; from += records_at_a_time) {
        part.clear();
        {
            db::Query rows = keystore_.database().query(sql, {row.number, from, from + records_at_a_time});
            while (rows.next())
                part.push_back(read_object(rows).record);
        }
        for (const record::Object& record : part)
            call(record);
    }
}

}  // namespace msh::keystore
