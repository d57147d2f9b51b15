#include "custodian/custodian.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "crypto/age_keys.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/identities.hpp"
#include "keystore/rotation.hpp"

namespace msh::custodian {

std::unique_ptr<keystore::Keystore> open_keystore(const Home& home) {
    auto keystore = open_keystore_if_any(home);
    if (!keystore) throw Error(ErrorKind::failed, "there is no keystore here", "make one with 'msh-key init'");
    return keystore;
}

std::unique_ptr<keystore::Keystore> open_keystore_if_any(const Home& home) {
    if (!home.has_keystore()) return nullptr;
    return std::make_unique<keystore::Keystore>(home.keystore());
}

std::unique_ptr<keystore::Keystore> unlock_keystore(const Home& home, const AskPassphrase& ask) {
    auto keystore = open_keystore(home);
    keystore->unlock(load_master_key(home, ask).key);
    if (keystore->handover() == keystore::Handover::to_finish) {
        sync_folder(home.root());
        keystore::Rotation(*keystore).finish();
    }
    return keystore;
}

record::PublicKeys public_keys(keystore::Keystore& keystore) {
    keystore::Identities identities(keystore);
    const log::VerifierKey statements{statement_key_name(), log::KeyType::ed25519,
                                      identities.public_key(keystore::Identity::statement)};
    return {crypto::AgeRecipient{identities.public_key(keystore::Identity::age)}.text(), statements.text(),
            log_key(keystore).text()};
}

std::string statement_key_name() {
    return "msh/v1/statement";
}

}  // namespace msh::custodian
