// msh-key rotate and shred: both replace the master key.
#pragma once

#include <optional>
#include <string>

#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh {

struct ReplaceOptions {
    std::optional<std::string> next_key;  // where the present key is a credential, which only its owner can replace
};

void rotate_master_key(const custodian::Home& home, const ReplaceOptions& options, const custodian::AskPassphrase& ask);

// `study` names it (study_name.hpp). Deletes its secrets, rows, index entries and blocks of the own store, and
// says what it cannot reach: backups, other stores, and whatever was granted.
void shred_study(const custodian::Home& home, const ReplaceOptions& options, const custodian::AskPassphrase& ask,
                 const std::string& study);

}  // namespace msh
