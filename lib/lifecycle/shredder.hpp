// Shreds a study: its secrets, rows, index entries, files of the spool and blocks of the own store are deleted, the
// master key is replaced, and notes say what cannot be deleted from here: backups, other stores, what was fetched, and
// whatever was granted. The steps and what a kill leaves of them stand in keystore/shredding.hpp; the same command,
// repeated, completes them.
//
//     StudyShredder shredder(keystore, home, program);
//     shredder.shred(name, request);
//     shredder.for_each_remaining(print);          // what it prints must be written before
//     shredder.forget_remaining();
#pragma once

#include <functional>

#include "base/file_lock.hpp"
#include "base/program.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "keystore/shredding.hpp"
#include "keystore/study_name.hpp"
#include "lifecycle/master_key_change.hpp"

namespace msh::lifecycle {

class StudyShredder {
  public:
    // Holds home.master_lock() as long as it lives.
    StudyShredder(keystore::Keystore& keystore, const custodian::Home& home, Program& program);

    // Unlocks the keystore. If an earlier run already shredded the study, completes that run and repeats its report.
    // Throws Error: `usage` if the name matches several studies, `input` if it matches none, and what MasterKeyChange
    // throws; nothing is deleted then.
    void shred(const keystore::StudyName& name, const MasterKeyRequest& request);

    // The payloads in targets other than the own store.
    void for_each_remaining(const std::function<void(const keystore::Remaining&)>& call);
    void forget_remaining();

  private:
    void complete_former(const MasterKeyRequest& request, custodian::KeyPlace place);
    void forget_in_index();

    keystore::Keystore& keystore_;
    const custodian::Home& home_;
    Program& program_;
    keystore::Shredding shredding_;
    FileLock one_at_a_time_;
};

}  // namespace msh::lifecycle
