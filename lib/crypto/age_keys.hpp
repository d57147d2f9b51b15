// age's native key pairs in their text forms (C2SP age, "The X25519 recipient type"): recipients "age1...", identities
// "AGE-SECRET-KEY-1...". The parsers answer nothing for any other text, other spellings of case included, and for the
// recipients and identities of plugins and of other types.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "crypto/x25519.hpp"

namespace msh::crypto {

struct AgeRecipient {
    X25519Public key{};

    [[nodiscard]] std::string text() const;
    [[nodiscard]] static std::optional<AgeRecipient> parse(std::string_view text);
    bool operator==(const AgeRecipient&) const = default;
};

struct AgeIdentity {
    Key key;

    [[nodiscard]] static AgeIdentity generate();
    [[nodiscard]] AgeRecipient recipient() const;
    [[nodiscard]] SecretBytes text() const;
    [[nodiscard]] static std::optional<AgeIdentity> parse(std::string_view text);
};

}  // namespace msh::crypto
