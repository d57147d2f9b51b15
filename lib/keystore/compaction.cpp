#include "keystore/compaction.hpp"

namespace msh::keystore {

void Compaction::schedule() {
    Transaction transaction(keystore_);
    keystore_.database().run("INSERT INTO compaction DEFAULT VALUES");
    transaction.commit();
}

void Compaction::run_if_scheduled() {
    db::Connection& database = keystore_.database();
    std::int64_t newest = 0;
    {
        db::Query row = database.query("SELECT coalesce(max(number), 0) FROM compaction");
        if (row.next()) newest = row.integer(0);
    }
    if (newest == 0) return;
    database.rewrite();
    {
        Transaction transaction(keystore_);
        database.run("DELETE FROM compaction WHERE number <= ?1", {newest});  // not what another one owes since
        transaction.commit();
    }
    database.truncate_log();
}

}  // namespace msh::keystore
