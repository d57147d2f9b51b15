// From a thing worth anchoring to a signed checkpoint that covers it: what msh-anchor, msh-index and msh-grant share.
//
//     assigned = keystore::Anchors(keystore).assign(things, [&](std::size_t i, const Digest& salt) {
//         return leaf_data(salt, committed_text(...));
//     });
//     publish(keystore, home);                  // before the anchors are told to anyone
#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "log/key.hpp"
#include "record/object.hpp"

namespace msh::custodian {

// HMAC-SHA256(salt, "msh/v1/leaf" || canonical JSON): 32 bytes that mean nothing to whoever never held the record.
[[nodiscard]] Digest leaf_data(const Digest& salt, std::string_view committed_text);
// Of an object whose record has an anchor and a CID; Error (input) where it lacks one.
[[nodiscard]] Digest leaf_data(const record::Object& object);

// Writes every leaf the keystore has assigned and the log lacks, and signs the new checkpoint; does nothing when
// another process has done it. Needs the unlocked keystore. Error (failed) for a damaged log.
void publish(keystore::Keystore& keystore, const Home& home);

// The key that checks the own log's checkpoints; needs no unlocking.
[[nodiscard]] log::VerifierKey log_key(keystore::Keystore& keystore);

}  // namespace msh::custodian
