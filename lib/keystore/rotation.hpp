// Replaces the master key and the wrapping key, so that old copies of the database cannot be
// opened once the old master key is destroyed. Two things must change that cannot change atomically: the key file
// (the caller's) and the database. In between both master keys open the keystore, so that after a crash anywhere the
// key file, whichever it is, opens it:
//
//     1. the caller makes the new master key durable beside the old one
//     2. Rotation(keystore).begin(next)   all secrets re-wrapped; both master keys wrap the new wrapping key
//     3. the caller replaces the key file by the new one, durably, and destroys the old one
//     4. Rotation(keystore).finish()      the former master key opens nothing any more; the log is truncated
//
// After a crash between 2 and 3 the old key still opens, and Keystore::rotation_state() says `to_repeat`: rotate again,
// to the same new key or another. After one between 3 and 4 it says `to_finish`: sync the key file and its folder, then
// finish. Slot 0 holds the wrapping key under the new master key, slot 1 under the former one.
//
// Programs that run meanwhile follow by themselves between 2 and 4; after that they get Error `again` and find the new
// key file when they are started anew.
#pragma once

#include "base/secret.hpp"
#include "keystore/keystore.hpp"

namespace msh::keystore {

class Rotation {
  public:
    explicit Rotation(Keystore& keystore) : keystore_(keystore) {}

    // Step 2, in one transaction and bounded memory. Afterwards the keystore is unlocked by `next`.
    void begin(const Key& next);
    // The same together with other changes: inside the caller's transaction, which, once committed, is followed by
    // installing what it gives.
    [[nodiscard]] Vault rewrap(const Key& next);
    void install(const Key& next, Vault vault);

    // Step 4, and then the compaction that is owed (compaction.hpp); with nothing pending only the latter. `failed`
    // when the keystore was unlocked by the former key, which may be the only one in a key file. `again` when others
    // keep reading the log for too long, and anything that compaction throws: the former key is out already, and
    // finish() has to be called once more.
    void finish();

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
