// The schema's versions. A database's version (user_version in its header) is the number of steps it has been through;
// a step is a script of SQL and, once released, never changes.
//
//     db::migrate(db, {step_1, step_2});
//
// Each missing step runs in one transaction with the new version number, so several processes may find an old database
// at once and a kill leaves a whole version. A database of a later version is an Error `failed`.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "db/connection.hpp"

namespace msh::db {

[[nodiscard]] std::uint64_t schema_version(Connection& connection);
void migrate(Connection& connection, std::initializer_list<std::string_view> steps);

}  // namespace msh::db
