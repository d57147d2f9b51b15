#include "keystore/study_row.hpp"

#include <string>

namespace msh::keystore {

std::optional<std::int64_t> study_number(db::Connection& database, const StudyEpoch& study) {
    static const std::string sql =
        "SELECT number FROM study JOIN secret ON secret.study = number" + std::string(where_study_epoch);
    db::Query row = database.query(sql, {study.study, study.epoch, study.commitment, study.issuer});
    if (!row.next()) return std::nullopt;
    return row.integer(0);
}

StudyEpoch study_epoch_of(db::Connection& database, std::int64_t object) {
    db::Query row = database.query(
        "SELECT study.id, object.epoch, commitment, iif(lookup IS NULL, issuer, NULL) FROM object"
        " JOIN study ON study.number = object.study"
        " JOIN secret ON secret.study = object.study AND secret.epoch = object.epoch WHERE object.number = ?1",
        {object});
    if (!row.next()) database.throw_damaged();
    return {row.array<16>(0), row.count(1), row.array<32>(2), row.maybe_text(3)};
}

}  // namespace msh::keystore
