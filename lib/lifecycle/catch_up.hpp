// For a keystore that is older than its log, as from a copy or a snapshot: makes it continue after the log's newest
// checkpoint.
#pragma once

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"

namespace msh::lifecycle {

// Shreds again the studies in the list of tombstones, and catches up with the log. Prints which leaves the keystore
// does not know. If not `has_records`, also advises to give records (lifecycle/recovery.hpp). Signs nothing. Needs the
// unlocked keystore, and home.master_lock(). Throws Error: `usage` if there is no list, `input` for a damaged one,
// `failed` if the log is not a continuation of the one that was signed last.
void catch_up(keystore::Keystore& keystore, const custodian::Home& home, bool has_records, Program& program);

}  // namespace msh::lifecycle
