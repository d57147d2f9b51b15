// A folder of tlog-proofs, one a record: ID.tlog-proof.
#pragma once

#include <filesystem>
#include <string>

#include "base/bytes.hpp"
#include "custodian/id_set.hpp"

namespace msh::auditing {

class ProofFolder {
  public:
    // Makes the folder if it is missing. Throws Error (failed) if that fails.
    explicit ProofFolder(std::filesystem::path folder);

    // Replaces what is there from an earlier run. Returns false, and writes nothing, if this run has already written a
    // proof of another leaf under this id. (Ids are public, so someone else may reuse one.) Throws Error (failed) if
    // the file cannot be written.
    [[nodiscard]] bool write(const Id& object, const Digest& leaf, const std::string& proof);

  private:
    std::filesystem::path folder_;
    custodian::IdSet ids_;  // of the proofs written
    custodian::IdSet leaves_;
};

}  // namespace msh::auditing
