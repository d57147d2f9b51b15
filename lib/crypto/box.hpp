// A record's two encrypted parts, the about box and the sealed box: small JSON texts under a key derived for
// one object.
//
//     box             = commitment (32) || nonce (12) || ChaCha20-Poly1305(padded text) || tag (16)
//     key             = HKDF-SHA256(ikm = secret, salt = object id, info = name)
//     commitment      = HKDF-SHA256(ikm = secret, salt = object id, info = name || "/commit")
//     associated data = name || 0x00 || object id
//     padded text     = text, then spaces up to a multiple of 512 bytes
//
// The name is "msh/v1/about" (secret: the study secret) or "msh/v1/sealed" (secret: the seal secret). The commitment is
// compared first, so a box opens to one text only; the associated data ties it to its object and its kind. JSON allows
// white space behind a text, so padding needs no length.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::crypto {

inline constexpr std::string_view about_box = "msh/v1/about";
inline constexpr std::string_view sealed_box = "msh/v1/sealed";

[[nodiscard]] Bytes seal_box(std::string_view name, const Key& secret, const Id& object, std::string_view text);

// The text with its padding (wiped when dropped); nothing when the box was not made with this name, secret and object,
// or was changed.
[[nodiscard]] std::optional<SecretBytes> open_box(std::string_view name, const Key& secret, const Id& object,
                                                  ByteView box);

}  // namespace msh::crypto
