#include "db/transaction.hpp"

#include "base/file_lock.hpp"
#include "db/state.hpp"

namespace msh::db {

Transaction::Transaction(Connection& connection)
    : connection_(connection), outermost_(sqlite3_get_autocommit(connection.state_->handle) != 0) {
    if (outermost_) {
        const FileLock turn = connection_.state_->wait_for_turn();
        connection_.run("BEGIN IMMEDIATE");
    } else {
        connection_.run("SAVEPOINT inner");
    }
    open_ = true;
}

void Transaction::commit() {
    connection_.run(outermost_ ? "COMMIT" : "RELEASE inner");
    open_ = false;
}

Transaction::~Transaction() {
    if (!open_) return;
    // After some errors SQLite has rolled back by itself; that is all that can fail here.
    try {
        if (outermost_) {
            connection_.run("ROLLBACK");
        } else {
            connection_.run("ROLLBACK TO inner");
            connection_.run("RELEASE inner");
        }
    } catch (...) {
    }
}

}  // namespace msh::db
