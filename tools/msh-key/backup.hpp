// msh-key backup and restore. A backup is an age file; its plaintext is
//
//     msh-backup-v1
//     msh-master-key-v1 <base64>       the master key's text form (custodian/master_key.hpp)
//     ...                              the database, to the end
#pragma once

#include <optional>
#include <string>

#include "cli/passphrase.hpp"
#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh {

struct BackupOptions {
    std::optional<std::string> recipient;
    // The backup's own; asked for where neither is given.
    cli::PassphraseOptions passphrase = {"--backup-passphrase", "the backup", ", or encrypt to a recipient with --to"};
};

// `file` may be "-". The keystore notes that the backup was made, so that shredding can name it.
void back_up(const custodian::Home& home, const BackupOptions& options, const custodian::AskPassphrase& ask,
             const std::string& file);

struct RestoreOptions {
    std::optional<std::string> identity;
    cli::PassphraseOptions passphrase = {"--backup-passphrase", "the backup", ", or open it with --identity"};
    std::optional<std::string> tombstones;
    std::optional<std::string> log;
    std::optional<std::string> new_log;
};

// Only where there is no keystore. Applies the tombstones, and catches up with the log before anything is signed again,
// so that a restore never forks it.
void restore_keystore(const custodian::Home& home, const RestoreOptions& options, bool under_passphrase,
                      const custodian::AskPassphrase& ask, const std::string& file);

}  // namespace msh
