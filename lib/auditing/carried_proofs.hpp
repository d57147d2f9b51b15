// Verifies the tlog-proofs that records carry. Needs the log's key, but not the log. Throws only what reading the
// keystore throws.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/heads.hpp"
#include "keystore/keystore.hpp"
#include "log/key.hpp"
#include "log/proof.hpp"
#include "record/object.hpp"

namespace msh::auditing {

// A proof that holds.
struct CarriedProof {
    log::VerifierKey key;
    log::SignedCheckpoint checkpoint;
    bool is_contradicted = false;  // the keystore remembers another root of the same size: the log was forked
};

class CarriedProofs {
  public:
    // Without a keystore no heads are compared.
    explicit CarriedProofs(keystore::Keystore* keystore) : keystore_(keystore) {}

    // Returns nullopt if the anchor has no proof, or if the proof does not verify for this leaf and index under any of
    // these keys.
    [[nodiscard]] std::optional<CarriedProof> verify(const record::Anchor& anchor, const Digest& leaf,
                                                     const std::vector<log::VerifierKey>& keys);

  private:
    struct OfKey {
        log::ProofVerifier verifier;
        std::vector<keystore::LogHead> seen;
    };
    [[nodiscard]] OfKey& of(const log::VerifierKey& key);

    keystore::Keystore* keystore_;
    std::map<std::string, OfKey> by_key_;
};

}  // namespace msh::auditing
