// Wrapping: how a secret becomes the bytes of one column of one row, and back.
//
//     master key --wraps--> wrapping key (one generation) --wraps--> every secret of the keystore
//
//     wrapped         = generation (8, big-endian) || nonce (12, random) || ChaCha20-Poly1305(secret) || tag (16)
//     associated data = "msh/v1/keystore" || 0x00 || layout version (1) || generation (8)
//                       || for the table, the column and each part of the row's key: length (4) || bytes
//
// The lengths make the associated data unambiguous, and the whole of it ties a wrapped value to its place: moved to
// another row, column or keystore it does not open. A wrapping key lives until the next rotation and so seals far fewer
// than 2^32 values under random nonces.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/aead.hpp"

namespace msh::keystore {

// The name of one wrapped value: its table and column, then the row's key, part by part:
//     Place("secret", "study_secret").part(study).part(epoch)
class Place {
  public:
    Place(std::string_view table, std::string_view column);
    Place& part(ByteView bytes);
    Place& part(std::uint64_t number);

    [[nodiscard]] ByteView encoded() const noexcept { return encoded_; }

  private:
    Bytes encoded_;
};

// One key and its generation. The wrapping key is used through this, and so is the master key.
class Vault {
  public:
    Vault(const Key& key, std::uint64_t generation);

    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
    [[nodiscard]] Bytes wrap(const Place& place, ByteView secret);
    // Nothing when it was not wrapped here, by this key and generation, for this place.
    [[nodiscard]] std::optional<SecretBytes> unwrap(const Place& place, ByteView wrapped);

    // The generation a wrapped value names; nothing when it is too short to be one.
    [[nodiscard]] static std::optional<std::uint64_t> generation_of(ByteView wrapped);

  private:
    [[nodiscard]] Bytes associated_data(const Place& place) const;

    crypto::Aead aead_;
    std::uint64_t generation_;
};

}  // namespace msh::keystore
