// Ed25519 signatures (RFC 8032). The caller must ensure that the text's first line names its type, so that no
// signature can be taken for another's.
#pragma once

#include <array>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::crypto {

using VerificationKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

// False for a key under which a signature proves nothing: a point of small order, under which one signature fits every
// text, and an encoding that is not the one RFC 8032 section 5.1.3 decodes, so that one key would have two names. To be
// asked wherever somebody else's key is read. See Chalkias, Garillot, Nikolaenko, "Taming the Many EdDSAs"
// (https://eprint.iacr.org/2020/1244), sections 2 and 5.
[[nodiscard]] bool is_sound_ed25519_key(const VerificationKey& key);

// `seed` is the 32-byte private key of RFC 8032.
[[nodiscard]] VerificationKey ed25519_public(const Key& seed);
[[nodiscard]] Signature ed25519_sign(const Key& seed, ByteView text);
[[nodiscard]] bool ed25519_verify(const VerificationKey& key, ByteView text, ByteView signature);

}  // namespace msh::crypto
