// A folder of tlog-proofs, one a record: ID.tlog-proof.
#pragma once

#include <filesystem>
#include <string>

#include "base/bytes.hpp"
#include "custodian/id_set.hpp"

namespace msh::auditing {

class ProofFolder {
  public:
    // Makes the folder where it is missing.
    explicit ProofFolder(std::filesystem::path folder);

    // Replaces what is there from an earlier run. False, and nothing is written, where the name is taken by the proof
    // of another leaf of this run: ids are public, and so others may have used one.
    [[nodiscard]] bool write(const Id& object, const Digest& leaf, const std::string& proof);

  private:
    std::filesystem::path folder_;
    custodian::IdSet ids_;  // of the proofs written
    custodian::IdSet leaves_;
};

}  // namespace msh::auditing
