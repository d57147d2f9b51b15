// msh-put --give-up: forgets the payloads that a target is missing, and removes the files from the spool that were kept
// for that target alone.
#pragma once

#include <string>

#include "base/program.hpp"
#include "custodian/home.hpp"

namespace msh::storage {

// `target` is a URL or a folder, as earlier runs named it. Prints how many payloads that were. Error: `failed` without a
// keystore, `input` for a target that it does not know.
void give_up(const custodian::Home& home, const std::string& target, Program& program);

}  // namespace msh::storage
