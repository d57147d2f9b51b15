// scrypt (RFC 7914) with r = 8 and p = 1: a key from a passphrase. Takes 2^(10 + log_n) bytes of memory: 256 MiB at 18.
// Throws Error (kind `failed`) when there is not that much.
#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::crypto {

// `log_n` is the binary logarithm of the work factor N, from 1 to 30.
[[nodiscard]] Key scrypt(ByteView passphrase, ByteView salt, unsigned log_n);

}  // namespace msh::crypto
