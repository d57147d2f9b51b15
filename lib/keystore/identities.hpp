// The custodian's own long-lived keys, one for each use, random and never derived from the master key: X25519 for age,
// Ed25519 for grants and statements, Ed25519 for the log. The public halves need no unlocking.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/secret.hpp"
#include "keystore/keystore.hpp"

namespace msh::keystore {

enum class Identity { age, statement, log };

using PublicKey = std::array<std::uint8_t, 32>;

class Identities {
  public:
    explicit Identities(Keystore& keystore) : keystore_(keystore) {}

    [[nodiscard]] PublicKey public_key(Identity identity);
    // The X25519 private key or the Ed25519 seed. It is compared with the public half: `failed` where someone changed
    // that one.
    [[nodiscard]] Key private_key(Identity identity);

  private:
    Keystore& keystore_;
};

// For Keystore::create.
void make_identities(db::Connection& database, Vault& vault);

}  // namespace msh::keystore
