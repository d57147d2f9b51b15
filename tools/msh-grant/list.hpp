// Grants given and accepted, a line of JSON each.
#pragma once

#include "cli/output.hpp"
#include "keystore/keystore.hpp"

namespace msh {

void list_grants(keystore::Keystore& keystore, cli::Output& output);

}  // namespace msh
