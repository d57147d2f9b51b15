// Rewrites the whole database after rows were permanently deleted: SQLite may have left copies of them in unused bytes
// of its pages (encrypted if they were secret). A deletion schedules the compaction in the same transaction, so
// that a kill in between does not lose it; Rotation::finish() performs it.
//
// Several processes may do either at once.
#pragma once

#include "keystore/keystore.hpp"

namespace msh::keystore {

class Compaction {
  public:
    explicit Compaction(Keystore& keystore) : keystore_(keystore) {}

    void schedule();
    // Needs about twice the database's size of free space, and takes its time (db::Connection::rewrite); truncates the
    // log as well. Does nothing where nothing is owed.
    void run_if_scheduled();

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
