// The table of the wrapping key, which the master key opens. For the .cpp files of this room alone.
#pragma once

#include <cstdint>
#include <optional>

#include "base/secret.hpp"
#include "db/connection.hpp"
#include "keystore/vault.hpp"

namespace msh::keystore {

struct OpenedWrappingKey {
    Vault vault;
    int slot = 0;            // the one that the master key opened
    bool two_slots = false;  // a hand-over has not been finished
};

// Makes a wrapping key of the next generation that `master`, and `former` where it is given, can open; the caller's
// transaction puts it in force.
[[nodiscard]] Vault make_wrapping_key(db::Connection& database, const Key& master, const Key* former = nullptr);

// Nothing when the master key opens no slot.
[[nodiscard]] std::optional<OpenedWrappingKey> open_wrapping_key(db::Connection& database, const Key& master);

[[nodiscard]] std::uint64_t generation_in_force(db::Connection& database);

}  // namespace msh::keystore
