#include "lifecycle/creation.hpp"

#include <filesystem>
#include <system_error>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "crypto/random.hpp"
#include "custodian/custodian.hpp"
#include "keystore/keystore.hpp"
#include "keystore/tombstones.hpp"
#include "log/key.hpp"

namespace msh::lifecycle {
namespace fs = std::filesystem;
namespace {

Key master_key_for(const custodian::Home& home, const NewKeystore& keystore, const custodian::AskPassphrase& ask,
                   const custodian::AskPassphrase& ask_fresh) {
    if (keystore.under_passphrase) custodian::require_no_bare_master_key(home);
    if (const auto key = custodian::master_key_from_credential()) return *key;
    std::error_code ignored;
    if (fs::exists(home.key_file(), ignored) || fs::exists(home.passphrase_key_file(), ignored)) {
        return custodian::load_master_key(home, ask).key;
    }
    const Key key = crypto::random_key();
    const auto place = keystore.under_passphrase ? custodian::KeyPlace::passphrase_file : custodian::KeyPlace::key_file;
    custodian::store_master_key(home, key, place, ask_fresh);
    return key;
}

std::string origin_for(const NewKeystore& keystore) {
    if (!keystore.log_origin) return "msh-log-" + to_hex(crypto::random_id());
    if (!log::is_key_name(*keystore.log_origin)) {
        throw Error(ErrorKind::usage, "--log-origin needs a printable name without white space and plus signs");
    }
    return *keystore.log_origin;
}

}  // namespace

void create_keystore(const custodian::Home& home, const NewKeystore& keystore, const custodian::AskPassphrase& ask,
                     const custodian::AskPassphrase& ask_fresh) {
    const std::string origin = origin_for(keystore);
    home.make();
    const FileLock one_at_a_time(home.master_lock());
    if (home.has_keystore()) throw custodian::keystore_is_there(home);
    const Key master = master_key_for(home, keystore, ask, ask_fresh);
    keystore::make_tombstones(home.tombstones());
    if (!keystore::Keystore::create(home.keystore(), master, origin)) throw custodian::keystore_is_there(home);
}

}  // namespace msh::lifecycle
