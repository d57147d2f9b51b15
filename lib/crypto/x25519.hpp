// X25519 (RFC 7748 section 5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/secret.hpp"

namespace msh::crypto {

using X25519Public = std::array<std::uint8_t, 32>;

[[nodiscard]] X25519Public x25519_public(const Key& secret);

// The shared secret; nothing when it would be all zeros, that is, when `peer` is a point of low order and the result
// would not depend on the secret (RFC 7748 section 6.1).
[[nodiscard]] std::optional<Key> x25519_shared(const Key& secret, const X25519Public& peer);

}  // namespace msh::crypto
