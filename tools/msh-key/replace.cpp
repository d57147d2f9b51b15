#include "replace.hpp"

#include <set>
#include <vector>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/messages.hpp"
#include "crypto/random.hpp"
#include "custodian/custodian.hpp"
#include "custodian/own_index.hpp"
#include "custodian/run_folder.hpp"
#include "dicom/normalise.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/payload.hpp"
#include "keystore/index_state.hpp"
#include "keystore/objects.hpp"
#include "keystore/rotation.hpp"
#include "keystore/shredding.hpp"
#include "keystore/studies.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

// The way from one master key to the next: the new one is durable before the keystore needs it, and the old one is gone
// when it does not.
class MasterKeyChange {
  public:
    MasterKeyChange(const custodian::Home& home, const ReplaceOptions& options, const custodian::AskPassphrase& ask)
        : home_(home), ask_(ask), present_(custodian::load_master_key(home, ask)), next_(crypto::random_key()) {
        const bool is_credential = present_.place == custodian::KeyPlace::credential;
        if (is_credential != options.next_key.has_value()) {
            throw Error(ErrorKind::usage,
                        is_credential ? "the master key is a credential, which msh cannot replace"
                                      : "--next-key is for a master key that is a credential",
                        is_credential ? "name a file for the new one with --next-key, and put it in its place" : "");
        }
        if (is_credential) {
            AtomicFile file(*options.next_key, 0600);
            write_all(file.fd(), custodian::master_key_text(next_));
            if (!file.commit_new()) throw Error(ErrorKind::usage, "the file of --next-key is there already");
        } else {
            custodian::stage_master_key(home_, next_, present_.place, ask_);
        }
    }

    [[nodiscard]] const Key& present() const { return present_.key; }
    [[nodiscard]] const Key& next() const { return next_; }

    // After the keystore takes both: the key file holds the new one alone. A credential's owner does that, and the
    // change ends when the keystore is opened by the new one.
    void complete(keystore::Keystore& keystore, bool compact = false) {
        if (present_.place == custodian::KeyPlace::credential) {
            cli::say_note("put the new key in the credential's place; until then both open the keystore");
            return;
        }
        custodian::adopt_staged_master_key(home_, present_.place);
        if (compact) keystore::Shredding(keystore).compact();
        keystore::Rotation(keystore).finish();
    }

  private:
    const custodian::Home& home_;
    const custodian::AskPassphrase& ask_;
    custodian::MasterKey present_;
    Key next_;
};

// The segments that name the study are taken apart: their other documents go back to the buffer, and into new ones.
void remove_from_index(keystore::Keystore& keystore, const custodian::Home& home, const Id& study) {
    keystore::IndexState state(keystore);
    keystore::Objects objects(keystore);
    std::set<Digest> segments;
    objects.for_each(study, [&](const record::Object& object) {
        const keystore::Indexed indexed = state.state(object.id);
        if (indexed.state == keystore::Indexed::State::in_segment) segments.insert(indexed.segment);
    });
    if (segments.empty()) return;
    custodian::requeue_segments(keystore, std::vector<Digest>(segments.begin(), segments.end()), study);
    custodian::flush_index(keystore, home, {dicom::normaliser_description(), dicom::normaliser_version});
}

// The ciphertext: useless without its key, and a waste.
void remove_discarded(keystore::Keystore& keystore, const custodian::Home& home) {
    std::error_code ignored;
    std::optional<ipfs::BlockStore> store;
    if (fs::is_directory(home.store(), ignored)) store.emplace(home.store(), ipfs::BlockStore::Access::write);
    keystore::Shredding shredding(keystore);
    shredding.for_each_discarded([&](const keystore::Discarded& discarded) {
        if (discarded.path && custodian::is_in_run_folder(home.spool(), *discarded.path))
            fs::remove(*discarded.path, ignored);
        const auto cid = ipfs::Cid::parse(discarded.cid.value_or(""));
        if (cid && store) ipfs::remove_payload(*cid, *store);
    });
    if (store) store->sync();
    shredding.clear_discarded();
}

void report(const keystore::Shredded& shredded, const custodian::Home& home) {
    cli::say_note("shredded " + std::to_string(shredded.objects) + " objects and their keys");
    for (const std::string& target : shredded.targets) {
        if (target != "store:" + home.store().string()) cli::say_note("ciphertext remains in " + target);
    }
    for (const keystore::BackupMade& backup : shredded.backups) {
        cli::say_note("the backup of " + to_rfc3339(backup.time) + " to " + backup.recipient +
                      " still opens the study");
    }
    cli::say_note("what was granted or copied before cannot be taken back");
}

}  // namespace

void rotate_master_key(const custodian::Home& home, const ReplaceOptions& options,
                       const custodian::AskPassphrase& ask) {
    const auto keystore = custodian::open_keystore(home);
    MasterKeyChange change(home, options, ask);
    keystore->unlock(change.present());
    keystore::Rotation(*keystore).begin(change.next());
    change.complete(*keystore);
}

void shred_study(const custodian::Home& home, const ReplaceOptions& options, const custodian::AskPassphrase& ask,
                 const std::string& study) {
    const auto id = array_from_hex<16>(study);
    if (!id) throw Error(ErrorKind::usage, "a study is named by its pseudonym, 32 hex digits");
    const auto keystore = custodian::unlock_keystore(home, ask);
    keystore::Shredding shredding(*keystore);
    const bool is_gone = shredding.was_shredded(*id);
    if (!is_gone && !keystore::Studies(*keystore).info(*id)) throw Error(ErrorKind::input, "there is no such study");
    if (!is_gone) {
        remove_from_index(*keystore, home, *id);
        MasterKeyChange change(home, options, ask);
        const auto shredded = shredding.shred(*id, change.next(), home.tombstones());
        change.complete(*keystore, true);
        if (shredded) report(*shredded, home);
    } else if (keystore->handover() == keystore::Handover::to_repeat) {
        rotate_master_key(home, options, ask);  // an earlier run did not come to that
        shredding.compact();
    }
    remove_discarded(*keystore, home);
}

}  // namespace msh
