// Makes a custodian's keystore in its home folder: a master key, new keys, an empty list of shredded studies.
#pragma once

#include <optional>
#include <string>

#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh::lifecycle {

struct NewKeystore {
    bool under_passphrase = false;          // where the master key is to be kept
    std::optional<std::string> log_origin;  // a random one if it is not given
};

// A master key that is there without a keystore is used, which `ask` may be needed for; `ask_fresh` is for a new one.
// Throws Error: `failed` if there is a keystore already, and then nothing is changed; `usage` for a bad name of the
// log, or if a passphrase was given and the master key that is there is under none.
void create_keystore(const custodian::Home& home, const NewKeystore& keystore, const custodian::AskPassphrase& ask,
                     const custodian::AskPassphrase& ask_fresh);

}  // namespace msh::lifecycle
