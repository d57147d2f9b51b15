// msh-key init and show.
#pragma once

#include <optional>
#include <string>

#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh {

struct InitOptions {
    bool ask = false;               // for a passphrase
    bool under_passphrase = false;  // asked for or given
    std::optional<std::string> origin;
};

// Error (failed) when there is a keystore already; nothing is changed then. A master key that is there without a
// keystore is used, which `ask` may be needed for; `ask_fresh` for a new one.
void init_keystore(const custodian::Home& home, const InitOptions& options, const custodian::AskPassphrase& ask,
                   const custodian::AskPassphrase& ask_fresh);

struct ShowOptions {
    bool recipient = false;
    bool verifier = false;
    bool fingerprint = false;
};
void show_keys(const custodian::Home& home, const ShowOptions& options);

}  // namespace msh
