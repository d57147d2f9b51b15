// The list of shredded studies in the home folder, which the keystore knows as well.
#pragma once

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"

namespace msh::lifecycle {

// Writes the list anew if it is missing, damaged or lacks studies that the keystore knows to be shredded, and warns: a
// restore relies on it. For whoever has locked home.master_lock().
void repair_tombstones(keystore::Keystore& keystore, const custodian::Home& home, Program& program);

}  // namespace msh::lifecycle
