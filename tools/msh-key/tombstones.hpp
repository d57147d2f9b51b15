// The list of tombstones in the home folder, which the keystore knows as well.
#pragma once

#include "custodian/home.hpp"
#include "keystore/keystore.hpp"

namespace msh {

// Writes the list anew where it is missing, damaged or lacks studies that the keystore knows to be shredded, and warns:
// a restore relies on it. For whoever has locked home.master_lock().
void keep_tombstones(keystore::Keystore& keystore, const custodian::Home& home);

}  // namespace msh
