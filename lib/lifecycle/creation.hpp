// Makes a custodian's keystore in its home folder: a master key, new keys, an empty list of shredded studies.
#pragma once

#include <optional>
#include <string>

#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh::lifecycle {

struct NewKeystore {
    bool under_passphrase = false;          // a new master key is kept in master.age, not in master.key
    std::optional<std::string> log_origin;  // a random one if it is not given
};

// If a master key already exists, it is used; `ask` is for its passphrase. Otherwise a new one is made; `ask_fresh` is
// for the passphrase of that. Throws Error: `failed` if there is a keystore already, and then nothing is changed;
// `usage` if the log's name is not valid, or if a passphrase is wanted but the master key that exists has none.
void create_keystore(const custodian::Home& home, const NewKeystore& keystore, const custodian::AskPassphrase& ask,
                     const custodian::AskPassphrase& ask_fresh);

}  // namespace msh::lifecycle
