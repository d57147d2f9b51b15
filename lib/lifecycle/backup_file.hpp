// Backups: the whole keystore with its master key in an age file, whose plaintext is
//
//     msh-backup-v1
//     msh-master-key-v1 <base64>       the master key's text form (custodian/master_key.hpp)
//     ...                              the database, to the end
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/program.hpp"
#include "base/secret.hpp"
#include "crypto/age.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"

namespace msh::lifecycle {

// Writes a backup of the unlocked keystore, and repairs the list of shredded studies first. The keystore remembers
// `recipient` (keystore/backup.hpp), so that shredding can name the backup. The file is complete when this returns.
void write_backup(keystore::Keystore& keystore, const custodian::Home& home, const Key& master,
                  const std::string& recipient, crypto::AgeEncryptor& encryptor, Program& program);

// What opens a backup: identities, or its passphrase.
using BackupKey = std::variant<std::vector<crypto::AgeIdentity>, SecretBytes>;

// Reads the backup in the file, or standard input for "-": writes the database to the descriptor, and returns the
// master key. Throws Error (input) if it cannot be opened, is damaged, or is no backup.
[[nodiscard]] Key read_backup(const std::string& file, const BackupKey& key, int database);

// Whether the file is a regular one that begins as a backup does. Returns false for a pipe, because looking would
// consume its data.
[[nodiscard]] bool may_be_backup(const std::string& file);

}  // namespace msh::lifecycle
