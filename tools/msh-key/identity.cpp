#include "identity.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file_lock.hpp"
#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "crypto/random.hpp"
#include "custodian/custodian.hpp"
#include "keystore/tombstones.hpp"
#include "log/key.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

Key master_key_for(const custodian::Home& home, const InitOptions& options, const custodian::AskPassphrase& ask,
                   const custodian::AskPassphrase& ask_fresh) {
    if (options.under_passphrase) custodian::require_no_bare_master_key(home);
    if (const auto key = custodian::master_key_from_credential()) return *key;
    std::error_code ignored;
    if (fs::exists(home.key_file(), ignored) || fs::exists(home.passphrase_key_file(), ignored)) {
        return custodian::load_master_key(home, ask).key;
    }
    const Key key = crypto::random_key();
    const auto place = options.under_passphrase ? custodian::KeyPlace::passphrase_file : custodian::KeyPlace::key_file;
    custodian::store_master_key(home, key, place, ask_fresh);
    return key;
}

std::string origin_for(const InitOptions& options) {
    if (!options.origin) return "msh-log-" + to_hex(crypto::random_id());
    if (!log::is_key_name(*options.origin)) {
        throw Error(ErrorKind::usage, "--log-origin needs a printable name without white space and plus signs");
    }
    return *options.origin;
}

}  // namespace

void init_keystore(const custodian::Home& home, const InitOptions& options, const custodian::AskPassphrase& ask,
                   const custodian::AskPassphrase& ask_fresh) {
    const std::string origin = origin_for(options);
    home.make();
    const FileLock one_at_a_time(home.master_lock());
    if (home.has_keystore()) throw custodian::keystore_is_there(home);
    const Key master = master_key_for(home, options, ask, ask_fresh);
    keystore::make_tombstones(home.tombstones());
    if (!keystore::Keystore::create(home.keystore(), master, origin)) {
        throw custodian::keystore_is_there(home);
    }
    cli::say_note("created a keystore in " + home.root().string());
}

void show_keys(const custodian::Home& home, const ShowOptions& options) {
    const auto keystore = custodian::open_keystore(home);
    const record::PublicKeys keys = custodian::public_keys(*keystore);
    const int wanted = static_cast<int>(options.recipient) + static_cast<int>(options.verifier) +
                       static_cast<int>(options.fingerprint);
    if (wanted > 1) throw Error(ErrorKind::usage, "--recipient, --verifier and --fingerprint exclude each other");
    cli::Output output(std::nullopt);
    const auto show = [&](bool chosen, const char* name, const std::string& value) {
        if (wanted == 0) output.put_line(name + value);
        if (chosen) output.put_line(value);
    };
    show(options.recipient, "recipient    ", keys.recipient);
    show(options.verifier, "verifier     ", keys.log);
    show(options.fingerprint, "fingerprint  ", record::fingerprint(keys));
    output.commit();
}

}  // namespace msh
