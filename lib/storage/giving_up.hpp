// msh-put --give-up TARGET: forgets which payloads the target is missing, and removes files from the spool that were
// kept only for it. Such a file may be the last copy, whatever the keystore says: it is removed only when another store
// or node has been asked for the payload now, and has it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "storage/target.hpp"

namespace msh::storage {

// Opens a store or node by its name in the keystore. Errors as Target::open().
using OpenByName = std::function<std::unique_ptr<Target>(const std::string& name)>;

// `target` is the URL or folder that earlier runs were given, or a name that the keystore knows. Prints the number of
// payloads that were forgotten, and of files that had to stay. Error: `failed` without a keystore, `input` for a target
// that it does not know.
void give_up(const custodian::Home& home, const std::string& target, const OpenByName& open, Program& program);

}  // namespace msh::storage
