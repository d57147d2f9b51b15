// A study as a row of the database. For the .cpp files of this room alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "db/connection.hpp"
#include "keystore/studies.hpp"

namespace msh::keystore {

// Behind a query of `study` joined with `secret`, whose parameters are StudyEpoch's members: at most one row.
inline constexpr std::string_view where_study_epoch =
    " WHERE study.id = ?1 AND secret.epoch = ?2 AND commitment = ?3 AND (lookup IS NOT NULL OR issuer = ?4)"
    " ORDER BY lookup IS NULL LIMIT 1";

[[nodiscard]] std::optional<std::int64_t> study_number(db::Connection& database, const StudyEpoch& study);
// To which this object belongs.
[[nodiscard]] StudyEpoch study_epoch_of(db::Connection& database, std::int64_t object);

}  // namespace msh::keystore
