// The lists of msh-list, one function each. Error (input) for a study that does not exist.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "cli/output.hpp"
#include "keystore/keystore.hpp"

namespace msh {

struct ListOptions {
    std::vector<Id> studies;  // only these; empty for all
    bool show = false;        // also what is wrapped or sealed: needs the unlocked keystore
};

// Returns false if some boxes could not be opened; it prints an error
// for each study, and lists the others.
[[nodiscard]] bool list_studies(keystore::Keystore& keystore, const ListOptions& options, cli::Output& output);
void list_objects(keystore::Keystore& keystore, const ListOptions& options, cli::Output& output);
void list_grants(keystore::Keystore& keystore, const ListOptions& options, cli::Output& output);
void list_targets(keystore::Keystore& keystore, cli::Output& output);
void list_refused(keystore::Keystore& keystore, cli::Output& output);

}  // namespace msh
