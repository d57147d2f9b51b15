// The payloads of shredded objects: ciphertext, useless without its keys, and a waste of space.
#pragma once

#include "base/bytes.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"

namespace msh::lifecycle {

// Removes those that Shredding::for_each_discarded() names from the spool and from the own store. Throws what the store
// and the keystore throw; a file of the spool that cannot be removed stays.
void remove_shredded_payloads(keystore::Keystore& keystore, const custodian::Home& home);

// Whether payloads of objects of a study lie in home.fetched(). Call it before they are shredded.
[[nodiscard]] bool has_fetched_payloads(keystore::Keystore& keystore, const custodian::Home& home, const Id& study);

}  // namespace msh::lifecycle
