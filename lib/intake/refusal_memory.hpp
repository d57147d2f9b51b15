// Remembers the files that were refused or not readable, so that later runs with the same rules and options only count
// them, and report them no more.
//
// Every file is still checked by every run, so a file that would be accepted is never held back. Failures that do not
// depend on the content (missing, no permission, changed) are not remembered, nor are empty files, which are all alike.
//
//     task.failure->was_reported = memory.meet(task);  // or memory.forget(task), if it was encrypted
//     memory.commit();                                 // once the batch was reported
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "custodian/id_set.hpp"
#include "intake/options.hpp"
#include "intake/task.hpp"
#include "keystore/keystore.hpp"
#include "keystore/refusals.hpp"

namespace msh::intake {

class RefusalMemory {
  public:
    // Both must outlive it.
    RefusalMemory(keystore::Keystore& keystore, const Options& options) : refusals_(keystore), options_(options) {}

    // Whether an earlier run reported this failure. The next commit() remembers it.
    [[nodiscard]] bool meet(const Task& task);
    // The file was encrypted: the next commit() forgets its failures.
    void forget(const Task& task);
    // Call it after the failures were reported.
    void commit();

  private:
    keystore::Refusals refusals_;
    const Options& options_;
    custodian::IdSet new_;  // first met by this run, so identical copies in this run are reported too
    std::vector<keystore::Refusal> met_;
    std::vector<Digest> encrypted_;
};

}  // namespace msh::intake
