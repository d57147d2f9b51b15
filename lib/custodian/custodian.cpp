#include "custodian/custodian.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "crypto/age_keys.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/heads.hpp"
#include "keystore/identities.hpp"
#include "keystore/rotation.hpp"

namespace msh::custodian {

std::unique_ptr<keystore::Keystore> open_keystore(const Home& home) {
    auto keystore = open_keystore_if_any(home);
    if (!keystore) {
        throw Error(ErrorKind::failed, "there is no keystore in '" + home.root().string() + "'",
                    "name its folder with --home or MSH_HOME, or make one with 'msh-key init'");
    }
    return keystore;
}

std::unique_ptr<keystore::Keystore> open_keystore_if_any(const Home& home) {
    if (!home.has_keystore()) return nullptr;
    return std::make_unique<keystore::Keystore>(home.keystore());
}

Error keystore_is_there(const Home& home) {
    return {ErrorKind::failed, "a keystore already exists in '" + home.root().string() + "'"};
}

MasterKey unlock(keystore::Keystore& keystore, const Home& home, const AskPassphrase& ask) {
    MasterKey master = load_master_key(home, ask);
    if (keystore.try_unlock(master.key)) return master;
    MasterKey newer = load_master_key(home, ask);
    if (constant_time_equal(newer.key.view(), master.key.view())) {
        keystore.unlock(master.key);
    } else if (!keystore.try_unlock(newer.key)) {
        throw Error(ErrorKind::again, "the master key was replaced in the meantime", "run the same command again");
    }
    return newer;
}

std::unique_ptr<keystore::Keystore> unlock_keystore(const Home& home, const AskPassphrase& ask) {
    auto keystore = open_keystore(home);
    (void)unlock(*keystore, home, ask);
    if (keystore->rotation_state() != keystore::RotationState::to_finish) return keystore;
    // Whoever holds the lock is about to do it.
    const auto no_change_is_under_way = FileLock::try_lock(home.master_lock());
    if (no_change_is_under_way && keystore->rotation_state() == keystore::RotationState::to_finish) {
        finish_handover(*keystore, home);
    }
    return keystore;
}

void finish_handover(keystore::Keystore& keystore, const Home& home) {
    sync_folder(home.root());
    keystore::Rotation(keystore).finish();
}

record::PublicKeys public_keys(keystore::Keystore& keystore) {
    keystore::Identities identities(keystore);
    const log::VerifierKey statements{statement_key_name(), log::KeyType::ed25519,
                                      identities.public_key(keystore::Identity::statement)};
    return {crypto::AgeRecipient{identities.public_key(keystore::Identity::age)}.text(), statements.text(),
            log_key(keystore).text()};
}

std::vector<std::string> former_log_keys(keystore::Keystore& keystore) {
    const log::VerifierKey own = log_key(keystore);
    std::vector<std::string> former;
    for (std::string& text : keystore::Heads(keystore).log_keys()) {
        const auto key = log::parse_verifier_key(text);
        if (key && key->key == own.key && key->name != own.name) former.push_back(std::move(text));
    }
    return former;
}

std::string statement_key_name() {
    return "msh/v1/statement";
}

bool is_signed_by(const log::Note& note, const record::PublicKeys& keys) {
    const auto key = log::parse_verifier_key(keys.verifier);
    return key && key->name == statement_key_name() && key->type == log::KeyType::ed25519 &&
           log::signature_by(note, *key).state == log::SignatureState::good;
}

}  // namespace msh::custodian
