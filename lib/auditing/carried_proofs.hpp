// The proofs that records carry, checked with a log's key alone.
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
    bool is_contradicted = false;  // by a head of the same size that the keystore remembers: the log was forked
};

class CarriedProofs {
  public:
    // Without a keystore no heads are compared.
    explicit CarriedProofs(keystore::Keystore* keystore) : keystore_(keystore) {}

    // Nothing where the anchor carries no proof, or none that holds for its leaf and index under one of these keys.
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
