// msh-put --give-up: forgets the payloads that a target is missing, and removes the files from the spool that were kept
// for that target alone.
#pragma once

#include <string>

#include "custodian/home.hpp"

namespace msh {

// `target` is a URL or a folder, as earlier runs named it. Error (failed) without a keystore.
void give_up(const custodian::Home& home, const std::string& target);

}  // namespace msh
