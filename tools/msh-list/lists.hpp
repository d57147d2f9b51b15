// The lists, one function each.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "cli/output.hpp"
#include "keystore/keystore.hpp"

namespace msh {

struct ListOptions {
    std::vector<Id> studies;  // only these; none: all
    bool show = false;        // what the originals said: needs the unlocked keystore
};

// False where boxes of some study could not be opened: that is said, and the others are listed.
[[nodiscard]] bool list_studies(keystore::Keystore& keystore, const ListOptions& options, cli::Output& output);
void list_objects(keystore::Keystore& keystore, const ListOptions& options, cli::Output& output);
void list_grants(keystore::Keystore& keystore, const ListOptions& options, cli::Output& output);
void list_targets(keystore::Keystore& keystore, cli::Output& output);
void list_refused(keystore::Keystore& keystore, cli::Output& output);

}  // namespace msh
