// Restores a backup into a home folder without a keystore. The studies that were shredded since are shredded again, and
// the keystore catches up with the log before anything is signed, so that a restore never forks it. The keystore gets
// its name last: whatever fails, or is killed, leaves none, and the same restore can be repeated.
#pragma once

#include <optional>
#include <string>

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh::lifecycle {

struct RestoreRequest {
    std::string backup;                     // a file, or "-" for standard input
    std::optional<std::string> identity;    // a file of identities that open it; else a passphrase does
    std::optional<std::string> tombstones;  // another list of shredded studies, besides the one in the home folder
    std::string tombstones_name;            // what messages call that list
    std::optional<std::string> log;         // the folder of the log to copy and continue
    std::optional<std::string> new_log;     // the name of a log to begin
    bool under_passphrase = false;          // the master key is kept in master.age, not in master.key
};

// `ask` is for the passphrase of the master key, `ask_for_backup` for the backup's. Throws Error: `failed` if there is
// a keystore, if the log is older than the backup, or if another master key is there; `usage` if the log or the list of
// tombstones is missing; `input` for a backup or a list that is damaged or cannot be opened.
void restore(const custodian::Home& home, const RestoreRequest& request, const custodian::AskPassphrase& ask,
             const custodian::AskPassphrase& ask_for_backup, Program& program);

}  // namespace msh::lifecycle
