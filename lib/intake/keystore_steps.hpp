// What the keystore is asked and told about the files of msh-encrypt, many at a time: which were encrypted before, the
// studies of the others, and the objects that came of them. By one thread.
#pragma once

#include "base/bytes.hpp"
#include "custodian/id_set.hpp"
#include "intake/options.hpp"
#include "intake/task.hpp"
#include "intake/worker.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "keystore/targets.hpp"

namespace msh::intake {

class KeystoreSteps {
  public:
    // Both must outlive it; the keystore is unlocked.
    KeystoreSteps(keystore::Keystore& keystore, const Options& options)
        : objects_(keystore), studies_(keystore), targets_(keystore), options_(options) {}

    // Gives the tasks whose file was encrypted before the record of that, if its payload is in the spool or was stored.
    // A large file is read through for its digest only where its hint is known.
    void find_earlier(Tasks& tasks, const Worker& worker);
    // Gives each open task its study; one that was shredded is a failure.
    void take_studies(Tasks& tasks);
    // Stores the objects of the open tasks, whose payloads are durable. Where another process was first, the task has
    // that record; a payload that is not needed is removed.
    void commit(Tasks& tasks);

  private:
    void take_earlier(Task& task);
    [[nodiscard]] keystore::Reencrypt reencrypt(const Task& task);
    void settle(Task& task, const keystore::Committed& committed);

    keystore::Objects objects_;
    keystore::Studies studies_;
    keystore::Targets targets_;
    const Options& options_;
    custodian::IdSet anew_;  // with --again: what this run has encrypted, by the beginning of its digest
};

}  // namespace msh::intake
