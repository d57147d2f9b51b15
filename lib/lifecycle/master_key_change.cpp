#include "lifecycle/master_key_change.hpp"

#include <cstdlib>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/temporary_file.hpp"
#include "crypto/random.hpp"
#include "custodian/custodian.hpp"
#include "keystore/compaction.hpp"
#include "keystore/rotation.hpp"
#include "lifecycle/tombstones_repair.hpp"

namespace msh::lifecycle {
namespace {

std::string credentials_folder() {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    return folder != nullptr ? folder : "";
}

void require_file_for(const std::optional<std::string>& next_key, bool is_credential, const custodian::Home& home) {
    if (is_credential && !next_key) {
        throw Error(ErrorKind::usage,
                    "the master key is a credential in '" + credentials_folder() + "', which msh cannot replace",
                    "name a file for the new one with --next-key, and put it in its place");
    }
    if (!is_credential && next_key) {
        throw Error(ErrorKind::usage, "--next-key is for a master key that is a credential, and not for that in '" +
                                          home.root().string() + "'");
    }
}

void write_key_file(const std::string& name, const Key& key) {
    AtomicFile file(name, 0600);
    write_all(file.fd(), custodian::master_key_text(key));
    if (!file.commit_new()) {
        throw Error(ErrorKind::usage, "'" + name + "', the file of --next-key, already exists");
    }
}

}  // namespace

MasterKeyChange::MasterKeyChange(const custodian::Home& home, const MasterKeyRequest& request,
                                 custodian::KeyPlace place, Program& program)
    : home_(home), request_(request), place_(place), program_(program), next_(crypto::random_key()) {
    const bool is_credential = place == custodian::KeyPlace::credential;
    require_file_for(request.next_key, is_credential, home);
    if (is_credential) {
        write_key_file(*request.next_key, next_);
    } else {
        custodian::stage_master_key(home_, next_, place, request.ask);
    }
}

void MasterKeyChange::complete(keystore::Keystore& keystore) {
    if (place_ == custodian::KeyPlace::credential) {
        program_.note("replace the credential with the new key; until then both keys open the keystore");
        keystore::Compaction(keystore).run_if_scheduled();
        return;
    }
    custodian::adopt_staged_master_key(home_, place_);
    // The former key is shut out only when the new one is seen in its place.
    if (!constant_time_equal(custodian::load_master_key(home_, request_.ask).key.view(), next_.view())) {
        throw Error(ErrorKind::failed, "the key file was overwritten with another master key",
                    "stop the program that wrote it; until then both keys open the keystore");
    }
    keystore::Rotation(keystore).finish();
}

void replace_master_key(keystore::Keystore& keystore, const custodian::Home& home, const MasterKeyRequest& request,
                        custodian::KeyPlace place, Program& program) {
    MasterKeyChange change(home, request, place, program);
    keystore::Rotation(keystore).begin(change.next());
    change.complete(keystore);
}

void rotate_master_key(keystore::Keystore& keystore, const custodian::Home& home, const MasterKeyRequest& request,
                       Program& program) {
    const FileLock one_at_a_time(home.master_lock());
    const custodian::MasterKey present = custodian::unlock(keystore, home, request.ask);
    repair_tombstones(keystore, home, program);
    replace_master_key(keystore, home, request, present.place, program);
}

}  // namespace msh::lifecycle
