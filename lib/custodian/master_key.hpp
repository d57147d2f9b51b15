// The master key: where it lies, and how a program comes by it.
//
// In this order:
//   1. $CREDENTIALS_DIRECTORY/msh-master, where a service manager put it (systemd.exec(5), "Credentials")
//   2. master.age in the home folder: under a passphrase, which comes from a file, a descriptor or a prompt
//   3. master.key in the home folder, mode 0600
//
// Its text form, in all three: one line, "msh-master-key-v1 <base64 of 32 bytes>". master.age is that line in an age
// file with an scrypt stanza, so `age -d master.age` shows it. Never from an argument or an environment variable.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "base/secret.hpp"
#include "custodian/home.hpp"

namespace msh::custodian {

// Gives the whole passphrase, without an end of line. Called only where a passphrase is needed.
using AskPassphrase = std::function<SecretBytes(const char* prompt)>;

enum class KeyPlace { credential, passphrase_file, key_file };

struct MasterKey {
    Key key;
    KeyPlace place = KeyPlace::key_file;
};

// Throws Error (failed) if there is none, if others than its owner can read it, if it is damaged, or if the passphrase
// is wrong.
[[nodiscard]] MasterKey load_master_key(const Home& home, const AskPassphrase& ask);

// Returns the key of the credential, if there is one; a new keystore then uses it. Throws Error (failed) if it is
// damaged.
[[nodiscard]] std::optional<Key> master_key_from_credential();

// Call it if the user asked for a passphrase. Throws Error (usage) if there already is a master key that no passphrase
// protects, because that would be used instead.
void require_no_bare_master_key(const Home& home);

// Writes a key file, durable and whole or not at all: under the passphrase, or plain. Replaces what is there.
void store_master_key(const Home& home, const Key& key, KeyPlace place, const AskPassphrase& ask);

// The same in two steps, for a change that the keystore takes part in: the new key lies beside the present one,
// durable, until it takes its place.
void stage_master_key(const Home& home, const Key& key, KeyPlace place, const AskPassphrase& ask);
void adopt_staged_master_key(const Home& home, KeyPlace place);

// The text form, for backups.
[[nodiscard]] SecretBytes master_key_text(const Key& key);
[[nodiscard]] std::optional<Key> parse_master_key(ByteView text);

}  // namespace msh::custodian
