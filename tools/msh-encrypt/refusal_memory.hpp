// Which files earlier runs did not take either, for the same reason under the same rules and options: they are counted,
// and no longer reported.
//
// Every file is judged anew all the same: what would pass today is never held back. What concerns the reading of a file
// and not its content (absent, no permission, changed) is not remembered, and nor is an empty file: any is like any
// other.
#pragma once

#include <vector>

#include "custodian/id_set.hpp"
#include "keystore/refusals.hpp"
#include "task.hpp"

namespace msh {

class RefusalMemory {
  public:
    RefusalMemory(keystore::Keystore& keystore, const EncryptOptions& options)
        : refusals_(keystore), options_(options) {}

    // Whether an earlier run met this failure, and said so. Remembers it with the next commit().
    [[nodiscard]] bool meet(const Task& task);
    // The file was encrypted now.
    void take(const Task& task);
    // After what was met has been reported.
    void commit();

  private:
    keystore::Refusals refusals_;
    const EncryptOptions& options_;
    custodian::IdSet new_;  // met by this run first: its copies are reported too
    std::vector<keystore::Refusal> met_;
    std::vector<Digest> taken_;
};

}  // namespace msh
