#include "keystore/selection.hpp"

#include <string>

#include "keystore/object_row.hpp"

namespace msh::keystore {

Selection::Selection(Keystore& keystore) : keystore_(keystore) {
    keystore_.database().run_script(
        "CREATE TEMP TABLE IF NOT EXISTS selection (study INTEGER, epoch INTEGER, object INTEGER,"
        " PRIMARY KEY (study, epoch, object)) WITHOUT ROWID");
    clear();
}

void Selection::clear() {
    keystore_.database().run("DELETE FROM selection");
}

bool Selection::add(std::int64_t object) {
    db::Connection& database = keystore_.database();
    if (!database.query("SELECT 1 FROM object WHERE number = ?1", {object}).next()) return false;
    database.run("INSERT OR IGNORE INTO selection SELECT study, epoch, number FROM object WHERE number = ?1", {object});
    return true;
}

bool Selection::has_other_of_its_name(std::int64_t object) {
    return keystore_.database()
        .query(
            "SELECT 1 FROM object JOIN object AS other"
            " ON other.id = object.id AND other.kc = object.kc AND other.number != object.number"
            " JOIN selection ON selection.study = other.study AND selection.epoch = other.epoch"
            "  AND selection.object = other.number WHERE object.number = ?1",
            {object})
        .next();
}

bool Selection::has_other_of_its_study(std::int64_t object) {
    return keystore_.database()
        .query(
            "SELECT 1 FROM object JOIN study ON study.number = object.study"
            " JOIN study AS other ON other.id = study.id AND other.number != study.number"
            " JOIN secret ON secret.study = study.number AND secret.epoch = object.epoch"
            " JOIN secret AS same ON same.study = other.number AND same.epoch = secret.epoch"
            "  AND same.commitment = secret.commitment"
            " WHERE object.number = ?1 AND EXISTS (SELECT 1 FROM selection"
            "  WHERE selection.study = other.number AND selection.epoch = object.epoch)",
            {object})
        .next();
}

std::uint64_t Selection::size() {
    db::Query row = keystore_.database().query("SELECT count(*) FROM selection");
    return row.next() ? row.count(0) : 0;
}

std::uint64_t Selection::studies() {
    db::Query row = keystore_.database().query("SELECT count(*) FROM (SELECT DISTINCT study, epoch FROM selection)");
    return row.next() ? row.count(0) : 0;
}

std::optional<Selection::Study> Selection::first() {
    return next(0, 0);
}

std::optional<Selection::Study> Selection::after(const Study& study) {
    return next(study.number, study.name.epoch);
}

std::optional<Selection::Study> Selection::next(std::int64_t number, std::uint64_t epoch) {
    db::Query row = keystore_.database().query(
        "SELECT study.id, selection.epoch, commitment, iif(lookup IS NULL, issuer, NULL), study.number FROM selection"
        " JOIN study ON study.number = selection.study"
        " JOIN secret ON secret.study = selection.study AND secret.epoch = selection.epoch"
        " WHERE (selection.study, selection.epoch) > (?1, ?2) ORDER BY selection.study, selection.epoch LIMIT 1",
        {number, epoch});
    if (!row.next()) return std::nullopt;
    return Study{{row.array<16>(0), row.count(1), row.array<32>(2), row.maybe_text(3)}, row.integer(4)};
}

void Selection::for_each(const Study& study, const std::function<void(const record::Object&)>& call) {
    static const std::string sql = select_object +
                                   "JOIN selection ON selection.object = object.number"
                                   " WHERE selection.study = ?1 AND selection.epoch = ?2 AND selection.object > ?3"
                                   " ORDER BY selection.object LIMIT ?4";
    for_each_object(
        [&](std::int64_t after, int limit) {
            return keystore_.database().query(sql, {study.number, study.name.epoch, after, limit});
        },
        call);
}

void Selection::note_given(const Digest& grant) {
    keystore_.database().run(
        "INSERT INTO given_study (study, epoch, given)"
        " SELECT DISTINCT study, epoch, (SELECT number FROM given WHERE id = ?1) FROM selection"
        " WHERE study IN (SELECT number FROM study)",
        {grant});
}

void Selection::correct_given(const Digest& grant) {
    db::Connection& database = keystore_.database();
    database.run("DELETE FROM given_study WHERE given = (SELECT number FROM given WHERE id = ?1)", {grant});
    if (size() == 0) {
        database.run("DELETE FROM given WHERE id = ?1", {grant});
        return;
    }
    database.run("UPDATE given SET records = ?2, studies = ?3 WHERE id = ?1", {grant, size(), studies()});
    note_given(grant);
}

}  // namespace msh::keystore
