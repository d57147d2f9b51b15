// Opens the keystore, and unlocks it if the program needs that; the custodian's public keys.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "custodian/home.hpp"
#include "custodian/master_key.hpp"
#include "keystore/keystore.hpp"
#include "log/note.hpp"
#include "record/grant.hpp"

namespace msh::custodian {

// Error (failed) with a hint when there is no keystore.
[[nodiscard]] std::unique_ptr<keystore::Keystore> open_keystore(const Home& home);
// Returns null if there is none: for the programs that work without.
[[nodiscard]] std::unique_ptr<keystore::Keystore> open_keystore_if_any(const Home& home);

// The error for creating a keystore where one already exists.
[[nodiscard]] Error keystore_is_there(const Home& home);

// Reads the master key and unlocks the keystore. If the key was replaced meanwhile, tries once more. Throws Error:
// `failed` if the key is another keystore's, `again` if it was replaced twice, and as load_master_key().
MasterKey unlock(keystore::Keystore& keystore, const Home& home, const AskPassphrase& ask);

// Opens and unlocks; completes a change of the master key that was interrupted after its key file was replaced.
[[nodiscard]] std::unique_ptr<keystore::Keystore> unlock_keystore(const Home& home, const AskPassphrase& ask);
// Only completes the change; the caller must hold home.master_lock(). If there is nothing to complete, runs a pending
// compaction.
void finish_handover(keystore::Keystore& keystore, const Home& home);

// What others know this custodian by; needs no unlocking.
[[nodiscard]] record::PublicKeys public_keys(keystore::Keystore& keystore);
// The verifier keys of the logs that were published before the present one was begun; needs no unlocking.
[[nodiscard]] std::vector<std::string> former_log_keys(keystore::Keystore& keystore);
// The name that signs statements and cards: its key is the statement key.
[[nodiscard]] std::string statement_key_name();
// Whether the owner of these keys has signed a statement or a card. Only signatures by a statement key count, so that
// something that the same owner signed for another purpose cannot pass for a statement.
[[nodiscard]] bool is_signed_by(const log::Note& note, const record::PublicKeys& keys);

}  // namespace msh::custodian
