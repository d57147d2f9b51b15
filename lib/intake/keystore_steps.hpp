// The keystore operations of msh-encrypt, each for many files: finds earlier encryptions, creates studies, commits new
// objects. Call them from one thread only.
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

    // Sets the earlier record of each task whose file was encrypted before, if its payload is in the spool or kept by a
    // target. A large file is read through for its digest only if its hint is known.
    void find_earlier(Tasks& tasks, const Worker& worker);
    // Gives each open task its study; one that was shredded is a failure.
    void take_studies(Tasks& tasks);
    // Stores the objects of the open tasks, whose payloads are durable. If the same file was encrypted elsewhere
    // meanwhile, the task gets that record. A payload that is not needed is deleted.
    void commit(Tasks& tasks);

  private:
    void take_earlier(Task& task);
    [[nodiscard]] keystore::Reencrypt reencrypt(const Task& task);
    void settle(Task& task, const keystore::Committed& committed);

    keystore::Objects objects_;
    keystore::Studies studies_;
    keystore::Targets targets_;
    const Options& options_;
    custodian::IdSet anew_;  // with --again: files that this run has encrypted, by the first 8 bytes of their digests
};

}  // namespace msh::intake
