#include "auditing/carried_proofs.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace msh::auditing {

CarriedProofs::OfKey& CarriedProofs::of(const log::VerifierKey& key) {
    const auto found = by_key_.find(key.text());
    if (found != by_key_.end()) return found->second;
    OfKey added{log::ProofVerifier({key, {}}), {}};
    if (keystore_ != nullptr) added.seen = keystore::Heads(*keystore_).log(key.text());
    return by_key_.emplace(key.text(), std::move(added)).first->second;
}

std::optional<CarriedProof> CarriedProofs::verify(const record::Anchor& anchor, const Digest& leaf,
                                                  const std::vector<log::VerifierKey>& keys) {
    if (!anchor.proof) return std::nullopt;
    for (const log::VerifierKey& key : keys) {
        OfKey& proofs = of(key);
        const auto result = proofs.verifier.verify(as_text(*anchor.proof), leaf);
        const auto* verified = std::get_if<log::VerifiedProof>(&result);
        if (verified == nullptr || verified->index != anchor.index) continue;
        const log::SignedCheckpoint& checkpoint = verified->checkpoint;
        const bool is_contradicted = std::any_of(proofs.seen.begin(), proofs.seen.end(), [&](const auto& head) {
            return head.size == checkpoint.size && head.root != checkpoint.root;
        });
        return CarriedProof{key, checkpoint, is_contradicted};
    }
    return std::nullopt;
}

}  // namespace msh::auditing
