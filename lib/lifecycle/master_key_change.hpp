// Replaces the master key: on the disk, and in the keystore (keystore/rotation.hpp). The new one is durable before the
// keystore needs it, and the old one is gone when it does not. A kill in between leaves a keystore that the key file
// opens, whichever key is in it.
#pragma once

#include <optional>
#include <string>

#include "base/program.hpp"
#include "base/secret.hpp"
#include "custodian/home.hpp"
#include "custodian/master_key.hpp"
#include "keystore/keystore.hpp"

namespace msh::lifecycle {

struct MasterKeyRequest {
    custodian::AskPassphrase ask;
    std::optional<std::string> next_key;  // where to write the new key if the present one is a credential,
                                          // which only its owner can replace
};

// The steps, for a change that more belongs to; replace_master_key() takes them all.
//
//     MasterKeyChange change(home, request, place, program);
//     keystore::Rotation(keystore).begin(change.next());      // or Shredding::shred()
//     change.complete(keystore);
class MasterKeyChange {
  public:
    // Makes a new key, durable beside the present one; `place` is where that is. Throws Error (usage) if a file for it
    // is named and not needed, needed and not named, or there already.
    MasterKeyChange(const custodian::Home& home, const MasterKeyRequest& request, custodian::KeyPlace place,
                    Program& program);

    [[nodiscard]] const Key& next() const noexcept { return next_; }

    // Call it when the keystore accepts both keys. Moves the new key's file into place, then makes the keystore reject
    // the former key. A credential has to be replaced by its owner; the change is then complete at the next unlock with
    // the new key.
    void complete(keystore::Keystore& keystore);

  private:
    const custodian::Home& home_;
    const MasterKeyRequest& request_;
    custodian::KeyPlace place_;
    Program& program_;
    Key next_;
};

// For whoever has locked home.master_lock() and unlocked the keystore by the key in this place.
void replace_master_key(keystore::Keystore& keystore, const custodian::Home& home, const MasterKeyRequest& request,
                        custodian::KeyPlace place, Program& program);

// Locks home.master_lock(), unlocks the keystore, and calls replace_master_key().
void rotate_master_key(keystore::Keystore& keystore, const custodian::Home& home, const MasterKeyRequest& request,
                       Program& program);

}  // namespace msh::lifecycle
