// HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869).
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::crypto {

// The MAC over the concatenated parts. The caller must ensure that the parts cannot be split differently with the
// same result: fixed lengths, or a label that ends with a zero byte.
[[nodiscard]] Digest hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);
// The same where the result is itself a secret.
[[nodiscard]] Key hmac_key(ByteView key, std::initializer_list<ByteView> parts);

// Fills `out` (at most 255 * 32 bytes).
void hkdf_sha256(ByteView ikm, ByteView salt, std::string_view info, MutableBytes out);

}  // namespace msh::crypto
