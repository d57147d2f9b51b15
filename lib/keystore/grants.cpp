#include "keystore/grants.hpp"

#include "base/error.hpp"
#include "keystore/object_row.hpp"
#include "keystore/study_row.hpp"

namespace msh::keystore {
namespace {

constexpr int records_at_a_time = 64;
constexpr int grants_at_a_time = 256;

// The columns from `first` on: id, statement, issuer, not_before, not_after, accepted.
AcceptedGrant read_accepted(const db::Query& row, int first = 0) {
    return {row.array<32>(first),         std::string(row.text(first + 1)), std::string(row.text(first + 2)),
            row.maybe_integer(first + 3), row.maybe_integer(first + 4),     row.integer(first + 5)};
}

// Calls with what `read` makes of each row of the query, whose arguments are the number behind which it begins and a
// limit, and whose first column is a row's number. No query is open while the call runs.
template <typename Grant>
void for_each_row(db::Connection& database, std::string_view sql, Grant (*read)(const db::Query& row),
                  const std::function<void(const Grant&)>& call) {
    std::int64_t after = 0;
    std::vector<Grant> part;
    do {
        part.clear();
        {
            db::Query rows = database.query(sql, {after, grants_at_a_time});
            while (rows.next()) {
                after = rows.integer(0);
                part.push_back(read(rows));
            }
        }
        for (const Grant& grant : part)
            call(grant);
    } while (!part.empty());
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

void Grants::for_each_given(const std::function<void(const GivenGrant&)>& call) {
    for_each_row<GivenGrant>(
        keystore_.database(),
        "SELECT number, id, statement, recipient, given, records, studies, not_after, fingerprint FROM given"
        " WHERE number > ?1 ORDER BY number LIMIT ?2",
        [](const db::Query& row) {
            return GivenGrant{row.array<32>(1), row.maybe_text(2), std::string(row.text(3)), row.integer(4),
                              row.count(5),     row.count(6),      row.maybe_integer(7),     row.maybe_text(8)};
        },
        call);
}

std::optional<std::string> Grants::label_of(const Digest& given) {
    db::Query row = keystore_.database().query("SELECT label_wrapped FROM given WHERE id = ?1", {given});
    if (!row.next() || row.is_null(0)) return std::nullopt;
    return std::string(as_text(keystore_.unwrap(label_place(given), row.bytes(0))));
}

std::vector<GivenTo> Grants::recipients_of(const std::string& studies) {
    return db::read_all(
        keystore_.database().query(
            "SELECT recipient, count(*), min(given), max(given),"
            " CASE WHEN count(not_after) = count(*) THEN max(not_after) END FROM given"
            " WHERE number IN (SELECT given FROM given_study WHERE study IN (SELECT value FROM json_each(?1)))"
            " GROUP BY recipient ORDER BY min(number)",
            {studies}),
        [](const db::Query& row) {
            return GivenTo{std::string(row.text(0)), row.count(1), row.integer(2), row.integer(3),
                           row.maybe_integer(4)};
        });
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
    db::Query row = keystore_.database().query(
        "SELECT id, statement, issuer, not_before, not_after, accepted FROM accepted WHERE id = ?1", {grant});
    return row.next() ? std::optional(read_accepted(row)) : std::nullopt;
}

void Grants::for_each_accepted(const std::function<void(const AcceptedContents&)>& call) {
    for_each_row<AcceptedContents>(
        keystore_.database(),
        "SELECT number, id, statement, issuer, not_before, not_after, accepted,"
        " (SELECT count(DISTINCT study) FROM accepted_study WHERE granted = accepted.number), objects"
        " FROM accepted WHERE number > ?1 ORDER BY number LIMIT ?2",
        [](const db::Query& row) {
            return AcceptedContents{read_accepted(row, 1), row.count(7), row.count(8)};
        },
        call);
}

std::vector<AcceptedGrant> Grants::grants_for(const StudyEpoch& study) {
    return db::read_all(keystore_.database().query(
                            "SELECT id, statement, issuer, not_before, not_after, accepted FROM accepted"
                            " JOIN accepted_study ON granted = number WHERE study = ?1 AND epoch = ?2 ORDER BY number",
                            {study_number(keystore_.database(), study), study.epoch}),
                        [](const db::Query& row) { return read_accepted(row); });
}

void Grants::for_each_object(const Digest& grant, const std::function<void(const record::Object&)>& call) {
    static const std::string sql = select_object +
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
