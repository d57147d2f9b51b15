#include "keystore/studies.hpp"

#include <utility>

#include "base/error.hpp"
#include "crypto/random.hpp"
#include "keystore/projects.hpp"

namespace msh::keystore {
namespace {

Place study_secret_place(const Id& study, std::uint64_t epoch) {
    return Place("secret", "study_wrapped").part(study).part(epoch);
}

Place seal_secret_place(const Id& study, std::uint64_t epoch) {
    return Place("secret", "seal_wrapped").part(study).part(epoch);
}

// The study of a look-up with both secrets of its current epoch; the epoch alone where one of them is missing.
struct Found {
    StudyForWriting study;
    bool writable = false;
};

std::optional<Found> find(Keystore& keystore, const Digest& lookup) {
    db::Query row = keystore.database().query(
        "SELECT id, study.epoch, study_wrapped, seal_wrapped, issuer FROM study"
        " LEFT JOIN secret ON secret.study = study.id AND secret.epoch = study.epoch WHERE lookup = ?1",
        {lookup});
    if (!row.next()) return std::nullopt;
    Found found;
    StudyForWriting& study = found.study;
    study.study = row.array<16>(0);
    study.epoch = row.count(1);
    if (row.is_null(2) || row.is_null(3) || !row.is_null(4)) return found;
    study.study_secret = keystore.unwrap_key(study_secret_place(study.study, study.epoch), row.bytes(2));
    study.seal_secret = keystore.unwrap_key(seal_secret_place(study.study, study.epoch), row.bytes(3));
    found.writable = true;
    return found;
}

bool is_shredded(Keystore& keystore, const Digest& lookup) {
    return keystore.database().query("SELECT 1 FROM shredded WHERE lookup = ?1 LIMIT 1", {lookup}).next();
}

// Fresh secrets for an epoch of which none is held.
void begin_epoch(Keystore& keystore, StudyForWriting& study) {
    study.study_secret = crypto::random_key();
    study.seal_secret = crypto::random_key();
    keystore.database().run("INSERT INTO secret (study, epoch, study_wrapped, seal_wrapped) VALUES (?1, ?2, ?3, ?4)",
                            {study.study, study.epoch,
                             keystore.wrap(study_secret_place(study.study, study.epoch), study.study_secret.view()),
                             keystore.wrap(seal_secret_place(study.study, study.epoch), study.seal_secret.view())});
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
    keystore.database().run("UPDATE study SET epoch = ?2 WHERE id = ?1", {study.study, study.epoch});
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

}  // namespace

std::vector<std::optional<StudyForWriting>> Studies::for_writing(std::span<const StudyRequest> requests) {
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

std::optional<StudyForWriting> Studies::for_writing(const StudyRequest& request) {
    return for_writing(std::span(&request, 1)).front();
}

std::optional<EpochSecrets> Studies::secrets(const Id& study, std::uint64_t epoch) {
    db::Query row = keystore_.database().query(
        "SELECT study_wrapped, seal_wrapped, issuer FROM secret WHERE study = ?1 AND epoch = ?2", {study, epoch});
    if (!row.next()) return std::nullopt;
    EpochSecrets secrets;
    if (!row.is_null(0)) secrets.study_secret = keystore_.unwrap_key(study_secret_place(study, epoch), row.bytes(0));
    if (!row.is_null(1)) secrets.seal_secret = keystore_.unwrap_key(seal_secret_place(study, epoch), row.bytes(1));
    secrets.issuer = row.maybe_text(2);
    return secrets;
}

std::optional<StudyInfo> Studies::info(const Id& study) {
    db::Query row = keystore_.database().query(
        "SELECT name, profile, epoch FROM study LEFT JOIN project ON project.number = study.project WHERE id "
        "= ?1",
        {study});
    if (!row.next()) return std::nullopt;
    return StudyInfo{row.maybe_text(0), std::string(row.text(1)), row.count(2)};
}

bool Studies::receive(const ReceivedStudy& received) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    if (database.query("SELECT 1 FROM shredded WHERE study = ?1", {received.study}).next()) {
        throw Error(ErrorKind::refused, "the study was shredded here");
    }
    const auto known = info(received.study);
    const auto held = secrets(received.study, received.epoch);
    if (known && known->profile != received.profile) {
        throw Error(ErrorKind::input, "the study is known under another profile");
    }
    if (held && held->study_secret) {
        if (constant_time_equal(held->study_secret->view(), received.study_secret.view())) return false;
        throw Error(ErrorKind::input, "another secret of the study is held already");
    }
    if (known && known->project && !held) throw Error(ErrorKind::input, "the study never had this epoch");
    if (!known) {
        database.run("INSERT INTO study (id, profile, epoch) VALUES (?1, ?2, ?3)",
                     {received.study, received.profile, received.epoch});
    } else if (!known->project && received.epoch > known->epoch) {
        database.run("UPDATE study SET epoch = ?2 WHERE id = ?1", {received.study, received.epoch});
    }
    database.run(
        "INSERT INTO secret (study, epoch, study_wrapped, issuer) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (study, epoch) DO UPDATE SET study_wrapped = excluded.study_wrapped, issuer = "
        "excluded.issuer",
        {received.study, received.epoch,
         keystore_.wrap(study_secret_place(received.study, received.epoch), received.study_secret.view()),
         received.issuer});
    transaction.commit();
    return true;
}

}  // namespace msh::keystore
