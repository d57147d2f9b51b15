// Assigns leaves and signs checkpoints that cover them, for msh-anchor, msh-index and msh-grant.
//
//     assigned = keystore::Anchors(keystore).assign(subjects, [&](std::size_t i, const Digest& salt) {
//         return leaf_data(salt, committed_text(...));
//     });
//     publish(keystore, home);                  // before the anchors are given to anyone
//
// A keystore that is older than its log (from a copy of the file, or a snapshot of a virtual machine) would assign
// indexes that other leaves have already. After a kill, the log may have entries that the keystore assigned, but whose
// head it had not stored yet. Any other entry after the last head means that the keystore is too old: then nothing is
// assigned (require_keystore_up_to_date) and nothing is signed (publish) until the keystore has caught up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/bytes.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "log/key.hpp"
#include "log/reader.hpp"
#include "record/object.hpp"

namespace msh::custodian {

// HMAC-SHA256(salt, "msh/v1/leaf" || canonical JSON): 32 bytes that mean nothing without the record.
[[nodiscard]] Digest leaf_data(const Digest& salt, std::string_view committed_text);
// Of an object whose record has an anchor and a CID; throws Error (input) if it lacks one.
[[nodiscard]] Digest leaf_data(const record::Object& object);

// Error (failed) if the log has leaves after the keystore's newest head that are not the keystore's. Call it before a
// run assigns or signs anything; it is cheap, and needs neither a lock nor unlocking.
void require_keystore_up_to_date(keystore::Keystore& keystore, const Home& home);

// Writes every leaf the keystore has assigned and the log lacks, and signs the new checkpoint; does nothing when
// another process has done it. Needs the unlocked keystore. Error (failed) for a damaged log, and as
// require_keystore_up_to_date.
void publish(keystore::Keystore& keystore, const Home& home);

// Whether the log in the folder, perhaps a copy, has all that the keystore knows to be signed. Error (failed) for a
// damaged log, or one of another key.
[[nodiscard]] bool log_extends_last_head(keystore::Keystore& keystore, const std::filesystem::path& folder);

struct CaughtUp {
    bool is_continued = true;         // the log continues what the keystore signed last; if not, nothing was changed
    std::uint64_t first_unknown = 0;  // index of the first leaf that is not the keystore's; log_size if all are
    std::uint64_t log_size = 0;
};
// Lets a keystore that may be older than its log continue after the log's newest checkpoint: its next leaf follows the
// log's last one, and anchors that it had assigned to indexes of other leaves are removed. Signs nothing.
[[nodiscard]] CaughtUp catch_up(keystore::Keystore& keystore, const Home& home);

// The own log, to read from. Throws Error (failed) if there is none, or it is damaged.
[[nodiscard]] log::Reader open_log(keystore::Keystore& keystore, const Home& home);

// The key that checks the own log's checkpoints; needs no unlocking.
[[nodiscard]] log::VerifierKey log_key(keystore::Keystore& keystore);

}  // namespace msh::custodian
