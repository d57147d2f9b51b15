// Proofs in files (C2SP tlog-proof, https://c2sp.org/tlog-proof): all it takes to check offline, with the log's key and
// the leaf's data, that the leaf is in the log.
//
//     c2sp.org/tlog-proof@v1
//     extra <base64>                 optional, not authenticated; read and kept, not used here
//     index <decimal>
//     <base64 of a hash>             from the leaf's sibling up, as in RFC 9162 section 2.1.3
//
//     <checkpoint, verbatim>
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "log/checkpoint.hpp"

namespace msh::log {

struct Proof {
    std::uint64_t index = 0;
    std::vector<Digest> hashes;
    std::string checkpoint;  // a signed note
    std::optional<Bytes> extra;
    bool operator==(const Proof&) const = default;
};

[[nodiscard]] std::string format_proof(const Proof& proof);
// Checks the form of all but the checkpoint.
[[nodiscard]] std::optional<Proof> parse_proof(std::string_view text);

struct VerifiedProof {
    std::uint64_t index = 0;
    SignedCheckpoint checkpoint;
};

// Checks proofs of one log, any number of them:
//     ProofVerifier verifier({log_key, witnesses});
//     const auto result = verifier.verify(text, leaf_data);    // VerifiedProof, or the Fault
// Remembers the last good checkpoint, so that a run of proofs with the same one costs one signature. Not for use by two
// threads at once.
class ProofVerifier {
  public:
    explicit ProofVerifier(Trust trust) : trust_(std::move(trust)) {}
    [[nodiscard]] std::variant<VerifiedProof, Fault> verify(std::string_view proof, ByteView leaf_data);

  private:
    Trust trust_;
    std::optional<SignedCheckpoint> last_;
};

}  // namespace msh::log
