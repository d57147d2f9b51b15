// The list of shredded studies in the home folder, which the keystore knows as well.
#pragma once

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"

namespace msh::lifecycle {

// Writes the list anew if it is missing, damaged or incomplete, and warns, because a restore depends on it. Throws
// Error (failed) if it cannot be written. The caller must hold home.master_lock().
void repair_tombstones(keystore::Keystore& keystore, const custodian::Home& home, Program& program);

}  // namespace msh::lifecycle
