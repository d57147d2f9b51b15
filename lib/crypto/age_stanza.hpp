// A file key wrapped in a stanza of an age header: for an X25519 recipient, or under a passphrase (C2SP age, "Native
// recipient types").
//
// The unwrap functions answer nothing when no stanza is for the key at hand; stanzas of other types are skipped. They
// throw AgeError (`header`) for a stanza of their own type that is malformed or beyond the limit. What they return is
// only believed once AgeHeader::is_authentic() holds.
#pragma once

#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/age_header.hpp"
#include "crypto/age_keys.hpp"

namespace msh::crypto {

// Binary logarithms of scrypt's N. 18 takes about a second and 256 MiB; 22, the most that is accepted when decrypting,
// sixteen times as much.
inline constexpr unsigned age_default_work_factor = 18;
inline constexpr unsigned age_max_work_factor = 22;

// Throws Error (`input`) for a recipient of low order, which no identity has.
[[nodiscard]] AgeStanza wrap_file_key(const FileKey& file_key, const AgeRecipient& recipient);
[[nodiscard]] AgeStanza wrap_file_key(const FileKey& file_key, ByteView passphrase, unsigned work_factor);

[[nodiscard]] std::optional<FileKey> unwrap_file_key(const AgeHeader& header, std::span<const AgeIdentity> identities);
[[nodiscard]] std::optional<FileKey> unwrap_file_key(const AgeHeader& header, ByteView passphrase,
                                                     unsigned max_work_factor);

}  // namespace msh::crypto
