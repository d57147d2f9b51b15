#include "db/migration.hpp"

#include <string>

#include "base/error.hpp"
#include "db/transaction.hpp"

namespace msh::db {

std::uint64_t schema_version(Connection& connection) {
    Query version = connection.query("PRAGMA user_version");
    if (!version.next()) connection.throw_damaged();
    return version.count(0);
}

void migrate(Connection& connection, std::initializer_list<std::string_view> steps) {
    if (schema_version(connection) > steps.size()) {
        throw Error(ErrorKind::failed, "the " + connection.name() + " was written by a later version of msh");
    }
    while (schema_version(connection) < steps.size()) {
        Transaction transaction(connection);
        const std::uint64_t version = schema_version(connection);  // another process may have been faster
        if (version < steps.size()) {
            connection.run_script(std::string(*(steps.begin() + version)));
            connection.run_script("PRAGMA user_version = " + std::to_string(version + 1));
        }
        transaction.commit();
    }
}

}  // namespace msh::db
