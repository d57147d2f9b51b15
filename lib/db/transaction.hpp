// A transaction that writes: all of it, durable when commit() returns, or nothing.
//
//     db::Transaction transaction(db);
//     ... read, decide, write ...
//     transaction.commit();
//
// Without commit() it is rolled back. The write lock is taken at once (BEGIN IMMEDIATE), so what was read inside is
// still true at the commit. A transaction begun inside another one is a savepoint of it: rolled back alone, durable
// with the outer one.
//
// There are two locks to wait for: SQLite's own lock, and a lock file beside the database (its name with
// "-queue" behind it) that is held while waiting at the head. A process that writes one batch after the other has to
// pass the queue each time and so cannot overtake the one at the head; with SQLite's lock alone, which is polled, it
// would starve the others. The wait ends with Error `again` after the connection's busy timeout.
#pragma once

#include "db/connection.hpp"

namespace msh::db {

class Transaction {
  public:
    explicit Transaction(Connection& connection);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    void commit();

  private:
    Connection& connection_;
    bool outermost_;
    bool open_ = false;
};

}  // namespace msh::db
