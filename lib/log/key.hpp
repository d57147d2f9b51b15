// Keys of signed notes (C2SP signed-note, https://c2sp.org/signed-note, "Verifier keys" and "Signatures"): a name, the
// kind of signature, an Ed25519 public key, and a 32-bit id made of the three. As text, what a log or a
// witness publishes:
//
//     <name>+<id, 8 hex digits>+<base64 of type byte || public key>
//
// The name of a log's key is the log's origin.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/ed25519.hpp"

namespace msh::log {

enum class KeyType : std::uint8_t {
    ed25519 = 0x01,      // signs the note's text: logs
    cosignature = 0x04,  // signs the text and a time (C2SP tlog-cosignature, cosignature/v1): witnesses
};

struct VerifierKey {
    std::string name;
    KeyType type = KeyType::ed25519;
    crypto::VerificationKey key{};
    bool operator==(const VerifierKey&) const = default;

    [[nodiscard]] std::uint32_t id() const;
    [[nodiscard]] std::string text() const;
};

// Nothing when the text is no verifier key of one of these types, its id is not that of its key, or its key is not
// sound (crypto/ed25519.hpp).
[[nodiscard]] std::optional<VerifierKey> parse_verifier_key(std::string_view text);

// What the name in a signature line may be (C2SP signed-note): at most 256 bytes of UTF-8, not empty, without white
// space, control characters and plus signs. Lines of unknown keys are passed over, whatever else is in their names.
[[nodiscard]] bool is_signature_name(std::string_view name);

// What a key that is made or trusted here may be called: printable as well (base/text.hpp), since people compare names
// on terminals.
[[nodiscard]] bool is_key_name(std::string_view name);

// Who signs a log's checkpoints.
class Signer {
  public:
    // Throws Error (kind `usage`) when `name` is not a key name.
    Signer(std::string name, const Key& seed);

    [[nodiscard]] const VerifierKey& verifier() const noexcept { return verifier_; }
    // The signed note: `text`, which ends with a newline, a blank line, and one signature line.
    [[nodiscard]] std::string sign(std::string_view text) const;

  private:
    VerifierKey verifier_;
    Key seed_;
};

}  // namespace msh::log
