// The keystore's tables. For the .cpp files of this room alone; docs/architecture.md draws them.
#pragma once

#include <array>
#include <string_view>

#include "db/connection.hpp"

namespace msh::keystore {

// Brings a database to the present version. `failed` for a database that is no keystore, or one that was made by
// another version, unless it is `empty`.
enum class Existing { required, empty };
void prepare_schema(db::Connection& database, Existing existing);
// In a new database: which version made it.
void note_own_schema(db::Connection& database);

// Every wrapped column, for rotation: `select` gives, from a rowid on (?1) and at most ?2 rows, the rowid, the wrapped
// value, then the parts of the row's key in the order of its Place; `update` sets the value (?2) of a rowid (?1). A
// test holds that no column whose name ends in "_wrapped" is missing here.
struct WrappedColumn {
    std::string_view table;
    std::string_view column;
    std::string_view select;
    std::string_view update;
    int parts;
};
[[nodiscard]] std::array<WrappedColumn, 7> wrapped_columns();

}  // namespace msh::keystore
