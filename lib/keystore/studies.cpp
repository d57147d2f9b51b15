#include "keystore/studies.hpp"

#include <utility>

#include "base/error.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"
#include "keystore/projects.hpp"
#include "keystore/study_row.hpp"

namespace msh::keystore {
namespace {

Place study_secret_place(const StudyEpoch& study) {
    return Place("secret", "study_wrapped").part(study.study).part(study.epoch).part(study.commitment);
}

Place seal_secret_place(const StudyEpoch& study) {
    return Place("secret", "seal_wrapped").part(study.study).part(study.epoch).part(study.commitment);
}

// The study of a look-up with both secrets of its current epoch; the epoch alone where one of them is missing.
struct Found {
    StudyForWriting study;
    bool writable = false;
};

std::optional<Found> find(Keystore& keystore, const Digest& lookup) {
    db::Query row = keystore.database().query(
        "SELECT id, study.epoch, study_wrapped, seal_wrapped, issuer, commitment FROM study"
        " LEFT JOIN secret ON secret.study = study.number AND secret.epoch = study.epoch WHERE lookup = ?1",
        {lookup});
    if (!row.next()) return std::nullopt;
    Found found;
    StudyForWriting& study = found.study;
    study.study = row.array<16>(0);
    study.epoch = row.count(1);
    if (row.is_null(2) || row.is_null(3) || !row.is_null(4)) return found;
    const StudyEpoch name{study.study, study.epoch, row.array<32>(5)};
    study.study_secret = keystore.unwrap_key(study_secret_place(name), row.bytes(2));
    study.seal_secret = keystore.unwrap_key(seal_secret_place(name), row.bytes(3));
    found.writable = true;
    return found;
}

bool is_shredded(Keystore& keystore, const Digest& lookup) {
    return keystore.database().query("SELECT 1 FROM shredded WHERE lookup = ?1 LIMIT 1", {lookup}).next();
}

// A study of this id that an issuer grants. One's own ids are nobody else's; of others', it is the one of this issuer
// that was shredded or, as later epochs have other secrets, another of an issuer from whom there was no other.
bool is_shredded(Keystore& keystore, const StudyEpoch& study) {
    return keystore.database()
        .query(
            "SELECT 1 FROM shredded WHERE study = ?1 AND (lookup IS NOT NULL OR (issuer = ?3 AND (commitment = ?2"
            " OR NOT EXISTS (SELECT 1 FROM study JOIN secret ON secret.study = number"
            "  WHERE id = ?1 AND lookup IS NULL AND issuer = ?3))))",
            {study.study, study.commitment, study.issuer})
        .next();
}

// Fresh secrets for an epoch of which none is held.
void begin_epoch(Keystore& keystore, StudyForWriting& study) {
    study.study_secret = crypto::random_key();
    study.seal_secret = crypto::random_key();
    const StudyEpoch name{study.study, study.epoch, crypto::study_commitment(study.study_secret)};
    keystore.database().run(
        "INSERT INTO secret (study, epoch, commitment, study_wrapped, seal_wrapped)"
        " VALUES ((SELECT number FROM study WHERE id = ?1 AND lookup IS NOT NULL), ?2, ?3, ?4, ?5)",
        {name.study, name.epoch, name.commitment, keystore.wrap(study_secret_place(name), study.study_secret.view()),
         keystore.wrap(seal_secret_place(name), study.seal_secret.view())});
}

StudyForWriting make_study(Keystore& keystore, const StudyRequest& request) {
    (void)Projects(keystore).pseudonym_key(request.project);  // makes the project when it is missing
    StudyForWriting study;
    study.study = crypto::random_id();
    keystore.database().run(
        "INSERT INTO study (id, lookup, project, profile, epoch)"
        " VALUES (?1, ?2, (SELECT number FROM project WHERE name = ?3), ?4, 1)",
        {study.study, request.lookup, request.project, request.profile});
    begin_epoch(keystore, study);
    return study;
}

StudyForWriting next_epoch(Keystore& keystore, StudyForWriting study) {
    ++study.epoch;
    keystore.database().run("UPDATE study SET epoch = ?2 WHERE id = ?1 AND lookup IS NOT NULL",
                            {study.study, study.epoch});
    begin_epoch(keystore, study);
    return study;
}

std::optional<StudyForWriting> find_or_make(Keystore& keystore, const StudyRequest& request) {
    auto found = find(keystore, request.lookup);
    if (!found) {
        if (!request.again && is_shredded(keystore, request.lookup)) return std::nullopt;
        return make_study(keystore, request);
    }
    return found->writable ? std::move(found->study) : next_epoch(keystore, std::move(found->study));
}

// Only reads; false where something has to be made.
bool find_all(Keystore& keystore, std::span<const StudyRequest> requests,
              std::vector<std::optional<StudyForWriting>>& studies) {
    for (const StudyRequest& request : requests) {
        auto found = find(keystore, request.lookup);
        if (found && found->writable) {
            studies.emplace_back(std::move(found->study));
        } else if (!found && !request.again && is_shredded(keystore, request.lookup)) {
            studies.emplace_back(std::nullopt);
        } else {
            return false;
        }
    }
    return true;
}

// The columns: id, epoch, commitment, study_wrapped, seal_wrapped, issuer, whether the study is an own one.
std::vector<EpochSecrets> read_secrets(Keystore& keystore, db::Query rows) {
    std::vector<EpochSecrets> all;
    while (rows.next()) {
        EpochSecrets secrets;
        secrets.name = {rows.array<16>(0), rows.count(1), rows.array<32>(2)};
        if (!rows.is_null(3))
            secrets.study_secret = keystore.unwrap_key(study_secret_place(secrets.name), rows.bytes(3));
        if (!rows.is_null(4)) secrets.seal_secret = keystore.unwrap_key(seal_secret_place(secrets.name), rows.bytes(4));
        secrets.issuer = rows.maybe_text(5);
        if (rows.integer(6) == 0) secrets.name.issuer = secrets.issuer;
        all.push_back(std::move(secrets));
    }
    return all;
}

std::optional<StudyInfo> read_info(const db::Query& row) {
    return StudyInfo{row.maybe_text(0), std::string(row.text(1)), row.count(2)};
}

constexpr std::string_view select_secrets =
    "SELECT id, secret.epoch, commitment, study_wrapped, seal_wrapped, issuer, lookup IS NOT NULL FROM study"
    " JOIN secret ON secret.study = study.number";
constexpr std::string_view where_id_and_epoch = " WHERE id = ?1 AND secret.epoch = ?2";

}  // namespace

std::vector<std::optional<StudyForWriting>> Studies::get_or_create(std::span<const StudyRequest> requests) {
    std::vector<std::optional<StudyForWriting>> studies;
    studies.reserve(requests.size());
    if (find_all(keystore_, requests, studies)) return studies;
    studies.clear();
    Transaction transaction(keystore_);
    for (const StudyRequest& request : requests)
        studies.push_back(find_or_make(keystore_, request));
    transaction.commit();
    return studies;
}

std::optional<StudyForWriting> Studies::get_or_create(const StudyRequest& request) {
    return get_or_create(std::span(&request, 1)).front();
}

std::optional<EpochSecrets> Studies::secrets(const Id& study, std::uint64_t epoch) {
    static const std::string sql =
        std::string(select_secrets) + std::string(where_id_and_epoch) + " AND lookup IS NOT NULL";
    auto found = read_secrets(keystore_, keystore_.database().query(sql, {study, epoch}));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::optional<EpochSecrets> Studies::secrets(const StudyEpoch& study) {
    static const std::string sql = std::string(select_secrets) + std::string(where_study_epoch);
    auto found = read_secrets(
        keystore_, keystore_.database().query(sql, {study.study, study.epoch, study.commitment, study.issuer}));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<EpochSecrets> Studies::all_secrets(const Id& study, std::uint64_t epoch) {
    static const std::string sql =
        std::string(select_secrets) + std::string(where_id_and_epoch) + " ORDER BY lookup IS NULL, study.number";
    return read_secrets(keystore_, keystore_.database().query(sql, {study, epoch}));
}

bool Studies::has(const Id& study) {
    return keystore_.database().query("SELECT 1 FROM study WHERE id = ?1 LIMIT 1", {study}).next();
}

std::optional<StudyInfo> Studies::info(const Id& study) {
    db::Query row = keystore_.database().query(
        "SELECT name, profile, epoch FROM study JOIN project ON project.number = study.project"
        " WHERE id = ?1 AND lookup IS NOT NULL",
        {study});
    return row.next() ? read_info(row) : std::nullopt;
}

std::optional<StudyInfo> Studies::info(const StudyEpoch& study) {
    static const std::string sql =
        "SELECT name, profile, study.epoch FROM study JOIN secret ON secret.study = study.number"
        " LEFT JOIN project ON project.number = study.project" +
        std::string(where_study_epoch);
    db::Query row = keystore_.database().query(sql, {study.study, study.epoch, study.commitment, study.issuer});
    return row.next() ? read_info(row) : std::nullopt;
}

bool Studies::receive(const ReceivedStudy& received) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    const StudyEpoch name{received.study, received.epoch, crypto::study_commitment(received.study_secret),
                          std::string(received.issuer)};
    if (is_shredded(keystore_, name)) {
        throw Error(ErrorKind::refused, "the study was shredded here");
    }
    const auto held = secrets(name);
    if (held && info(name)->profile != received.profile) {
        throw Error(ErrorKind::input, "the study is known under another profile");
    }
    if (held && held->study_secret) return false;
    const Bytes wrapped = keystore_.wrap(study_secret_place(name), received.study_secret.view());
    if (held) {
        database.run(
            "UPDATE secret SET study_wrapped = ?4, issuer = ?5 WHERE epoch = ?2 AND commitment = ?3"
            " AND study = (SELECT number FROM study WHERE id = ?1 AND lookup IS NOT NULL)",
            {name.study, name.epoch, name.commitment, wrapped, received.issuer});
    } else {
        database.run("INSERT INTO study (id, profile, epoch) VALUES (?1, ?2, ?3)",
                     {name.study, received.profile, name.epoch});
        database.run("INSERT INTO secret (study, epoch, commitment, study_wrapped, issuer) VALUES (?1, ?2, ?3, ?4, ?5)",
                     {database.last_row(), name.epoch, name.commitment, wrapped, received.issuer});
    }
    transaction.commit();
    return true;
}

}  // namespace msh::keystore
