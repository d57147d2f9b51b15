// Checkpoints (C2SP tlog-checkpoint, https://c2sp.org/tlog-checkpoint): a log's signed statement of how large it is and
// what its root is. The text of a signed note:
//
//     <origin>
//     <size, decimal>
//     <root, base64>
//     <extension lines, which are not used here; signed like the rest>
//
//     const auto result = verify_checkpoint(text, Trust{log_key, {}});
//     if (const Fault* fault = std::get_if<Fault>(&result)) ... describe(*fault)
//     else std::get<SignedCheckpoint>(result)
//
// What comes from elsewhere is never an exception here: what is wrong with it is the value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "log/key.hpp"

namespace msh::log {

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Digest root{};
    bool operator==(const Checkpoint&) const = default;
};

// The note's text, ready to be signed.
[[nodiscard]] std::string format_checkpoint(const Checkpoint& checkpoint);
// Of a note's text; sizes up to 2^63 - 1.
[[nodiscard]] std::optional<Checkpoint> parse_checkpoint(std::string_view text);

// Whose signatures count: the log's, whose key's name is the origin, and any witnesses'.
struct Trust {
    VerifierKey log;                     // of type ed25519
    std::vector<VerifierKey> witnesses;  // of type cosignature
};

struct Cosignature {
    std::string name;        // the witness
    std::uint64_t time = 0;  // when it had seen nothing newer of this log, in seconds since 1970
    bool operator==(const Cosignature&) const = default;
};

// A checkpoint that its log has signed.
struct SignedCheckpoint : Checkpoint {
    std::string note;                       // verbatim, with all signatures
    std::vector<Cosignature> cosignatures;  // of the trusted witnesses, each at most once
};

// What is wrong with a checkpoint or a proof: the first check that failed.
enum class Fault {
    malformed_proof,
    malformed_checkpoint,
    other_origin,   // a checkpoint of another log
    not_signed,     // not by the log's key
    bad_signature,  // of the log or of a trusted witness
    not_included,   // the leaf is not where the proof says, in the tree of the checkpoint
};
// In a few words, lower case.
[[nodiscard]] std::string_view describe(Fault fault);

[[nodiscard]] std::variant<SignedCheckpoint, Fault> verify_checkpoint(std::string_view note, const Trust& trust);

}  // namespace msh::log
