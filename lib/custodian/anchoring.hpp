// From a thing worth anchoring to a signed checkpoint that covers it: what msh-anchor, msh-index and msh-grant share.
//
//     assigned = keystore::Anchors(keystore).assign(things, [&](std::size_t i, const Digest& salt) {
//         return leaf_data(salt, committed_text(...));
//     });
//     publish(keystore, home);                  // before the anchors are told to anyone
//
// A keystore that is older than its log (a copy of the file, a virtual machine set back) would give places that hold
// other leaves already. So the log's entries behind the head that the keystore noted last must be the keystore's own
// leaves, as a kill between writing them and noting the head leaves them. Where they are not, nothing is assigned
// (require_in_step) and nothing is signed (publish) until the keystore has caught up.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "log/key.hpp"
#include "log/reader.hpp"
#include "record/object.hpp"

namespace msh::custodian {

// HMAC-SHA256(salt, "msh/v1/leaf" || canonical JSON): 32 bytes that mean nothing to whoever never held the record.
[[nodiscard]] Digest leaf_data(const Digest& salt, std::string_view committed_text);
// Of an object whose record has an anchor and a CID; Error (input) where it lacks one.
[[nodiscard]] Digest leaf_data(const record::Object& object);

// Error (failed) where the log holds leaves behind the keystore's newest head that are not the keystore's. To be called
// before a run assigns or signs anything; cheap, and needs neither lock nor unlocking.
void require_in_step(keystore::Keystore& keystore, const Home& home);

// Writes every leaf the keystore has assigned and the log lacks, and signs the new checkpoint; does nothing when
// another process has done it. Needs the unlocked keystore. Error (failed) for a damaged log, and as require_in_step.
void publish(keystore::Keystore& keystore, const Home& home);

struct CaughtUp {
    bool goes_on = true;      // the log continues what the keystore signed last; else nothing was changed
    std::uint64_t known = 0;  // the leaves from here
    std::uint64_t size = 0;   // to the log's end are not the keystore's
};
// Goes on behind the newest checkpoint of the log, with a keystore that may be older: its next leaf comes behind the
// log's last one, and what it had assigned to places that hold other leaves has none any more. Signs nothing.
[[nodiscard]] CaughtUp catch_up(keystore::Keystore& keystore, const Home& home);

// The own log, to read from. Error (failed) where there is none, or it is damaged.
[[nodiscard]] log::Reader open_log(keystore::Keystore& keystore, const Home& home);

// The key that checks the own log's checkpoints; needs no unlocking.
[[nodiscard]] log::VerifierKey log_key(keystore::Keystore& keystore);

}  // namespace msh::custodian
