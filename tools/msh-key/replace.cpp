#include "replace.hpp"

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/temporary_file.hpp"
#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "crypto/random.hpp"
#include "custodian/custodian.hpp"
#include "custodian/payload_places.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/payload.hpp"
#include "keystore/backup.hpp"
#include "keystore/compaction.hpp"
#include "keystore/grants.hpp"
#include "keystore/rotation.hpp"
#include "keystore/shredding.hpp"
#include "keystore/targets.hpp"
#include "search/flush.hpp"
#include "study_name.hpp"
#include "tombstones.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

std::string credentials_folder() {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    return folder != nullptr ? folder : "";
}

// The way from one master key to the next: the new one is durable before the keystore needs it, and the old one is gone
// when it does not.
class MasterKeyChange {
  public:
    MasterKeyChange(const custodian::Home& home, const ReplaceOptions& options, const custodian::AskPassphrase& ask,
                    custodian::KeyPlace place)
        : home_(home), ask_(ask), place_(place), next_(crypto::random_key()) {
        const bool is_credential = place == custodian::KeyPlace::credential;
        if (is_credential != options.next_key.has_value()) {
            throw is_credential
                ? Error(ErrorKind::usage,
                        "the master key is a credential in '" + credentials_folder() + "', which msh cannot replace",
                        "name a file for the new one with --next-key, and put it in its place")
                : Error(ErrorKind::usage, "--next-key is for a master key that is a credential, and not for that in '" +
                                              home.root().string() + "'");
        }
        if (is_credential) {
            AtomicFile file(*options.next_key, 0600);
            write_all(file.fd(), custodian::master_key_text(next_));
            if (!file.commit_new()) {
                throw Error(ErrorKind::usage, "'" + *options.next_key + "', the file of --next-key, already exists");
            }
        } else {
            custodian::stage_master_key(home_, next_, place, ask_);
        }
    }

    [[nodiscard]] const Key& next() const { return next_; }

    // After the keystore takes both: the key file holds the new one alone. A credential's owner does that, and the
    // change ends when the keystore is opened by the new one.
    void complete(keystore::Keystore& keystore) {
        if (place_ == custodian::KeyPlace::credential) {
            cli::say_note("replace the credential with the new key; until then both keys open the keystore");
            keystore::Compaction(keystore).run_if_scheduled();
            return;
        }
        custodian::adopt_staged_master_key(home_, place_);
        // The former key is shut out only when the new one is seen in its place.
        if (!constant_time_equal(custodian::load_master_key(home_, ask_).key.view(), next_.view())) {
            throw Error(ErrorKind::failed, "the key file was overwritten with another master key",
                        "stop the program that wrote it; until then both keys open the keystore");
        }
        keystore::Rotation(keystore).finish();
    }

  private:
    const custodian::Home& home_;
    const custodian::AskPassphrase& ask_;
    custodian::KeyPlace place_;
    Key next_;
};

void replace_master_key(keystore::Keystore& keystore, const custodian::Home& home, const ReplaceOptions& options,
                        const custodian::AskPassphrase& ask, custodian::KeyPlace place) {
    MasterKeyChange change(home, options, ask, place);
    keystore::Rotation(keystore).begin(change.next());
    change.complete(keystore);
}

// The ciphertext: useless without its key, and a waste.
void remove_discarded(keystore::Keystore& keystore, const custodian::Home& home) {
    std::error_code ignored;
    std::optional<ipfs::BlockStore> store;
    if (fs::is_directory(home.store(), ignored)) store.emplace(home.store(), ipfs::BlockStore::Access::write);
    keystore::Shredding shredding(keystore);
    const custodian::PayloadPlaces places(home);
    shredding.for_each_discarded([&](const keystore::Discarded& discarded) {
        const fs::path path = discarded.path.value_or("");
        const auto object = array_from_hex<16>(path.filename().string());
        const auto place = object ? places.find(path, *object) : std::nullopt;
        if (place && place->folder == custodian::PayloadPlace::Folder::spool) fs::remove(place->path, ignored);
        const auto cid = ipfs::Cid::parse(discarded.cid.value_or(""));
        if (cid && store) ipfs::remove_payload(*cid, *store);
    });
    if (store) store->sync();
}

// A line each, for whoever can delete it there.
void print_remaining(keystore::Keystore& keystore) {
    cli::Output output(std::nullopt);
    keystore::Shredding(keystore).for_each_remaining([&](const keystore::Remaining& payload) {
        if (payload.target != keystore::own_store_target) output.put_line(payload.cid + "\t" + payload.target);
    });
    output.commit();
}

void report_granted(const std::vector<keystore::GivenTo>& granted) {
    for (const keystore::GivenTo& to : granted) {
        const std::string times = to.count == 1 ? " on " + to_rfc3339(to.first)
                                                : " " + std::to_string(to.count) + " times, first on " +
                                                      to_rfc3339(to.first) + ", last on " + to_rfc3339(to.last);
        const std::string end = to.until ? ", until " + to_rfc3339(*to.until) : ", without end";
        cli::say_note("the study was granted to " + to.recipient + times + end);
    }
}

// A passphrase is no recipient: what it protects is under it.
std::string to_whom(const std::string& recipient) {
    return recipient == keystore::passphrase_recipient ? " under " + recipient : " to " + recipient;
}

// One line a recipient: of nightly backups most are replaced by now, and there may be hundreds.
void report_backups(const std::vector<keystore::BackupsTo>& backups, const std::string& condition) {
    for (const keystore::BackupsTo& to : backups) {
        const std::string what = to.count == 1 ? "the backup of " + to_rfc3339(to.first) + to_whom(to.recipient) +
                                                     " still opens the study where it exists"
                                               : std::to_string(to.count) + " backups" + to_whom(to.recipient) +
                                                     ", the first of " + to_rfc3339(to.first) + ", the last of " +
                                                     to_rfc3339(to.last) + ", still open the study where they exist";
        cli::say_note(what + condition);
    }
    cli::say_note("what was granted or copied before cannot be taken back");
}

void report(const keystore::Shredded& shredded) {
    const char* what = shredded.objects == 1 ? " object and its keys" : " objects and their keys";
    cli::say_note("shredded " + std::to_string(shredded.objects) + what);
    for (const std::string& target : shredded.targets) {
        if (target != keystore::own_store_target) cli::say_note("ciphertext remains in " + target);
    }
    for (const std::string& issuer : shredded.holders)
        cli::say_note("the keystore still has the study's secret, since it was also granted by " + issuer);
    report_granted(shredded.granted);
    report_backups(shredded.backups, "");
}

// An object that cannot be indexed any more is not what was to be shredded: msh-index names it as an error.
void forget_in_index(keystore::Keystore& keystore, const custodian::Home& home) {
    const auto failures = search::forget_shredded(keystore, home, search::dicom_normaliser());
    if (failures.empty()) return;
    cli::say_warning(std::to_string(failures.size()) + (failures.size() == 1 ? " object" : " objects") +
                     " cannot be indexed; msh-index says why");
}

// For whom an interrupted run could not tell. When it was, and where ciphertext went, is not known any more.
void report_again(keystore::Keystore& keystore) {
    cli::say_note("the study was shredded already");
    cli::say_note("ciphertext outside the store of the home folder remains");
    cli::say_note("the keystore no longer knows who was granted this study: 'msh-list grants' lists all grants");
    report_backups(keystore::Backups(keystore).by_recipient(), ", unless the study was already shredded then");
}

}  // namespace

void rotate_master_key(const custodian::Home& home, const ReplaceOptions& options,
                       const custodian::AskPassphrase& ask) {
    const auto keystore = custodian::open_keystore(home);
    const FileLock one_at_a_time(home.master_lock());
    const custodian::MasterKey present = custodian::unlock(*keystore, home, ask);
    keep_tombstones(*keystore, home);
    replace_master_key(*keystore, home, options, ask, present.place);
}

void shred_study(const custodian::Home& home, const ReplaceOptions& options, const custodian::AskPassphrase& ask,
                 const std::string& study) {
    const StudyName name = parse_study_name(study);
    const auto keystore = custodian::open_keystore(home);
    const FileLock one_at_a_time(home.master_lock());
    const custodian::MasterKey present = custodian::unlock(*keystore, home, ask);
    keystore::Shredding shredding(*keystore);
    const std::vector<keystore::StudyOfId> which = choose_studies(shredding.of_id(name.id), name);
    keep_tombstones(*keystore, home);
    const bool is_there = !which.empty();
    if (is_there) {
        MasterKeyChange change(home, options, ask, present.place);
        const auto shredded = shredding.shred(name.id, which, change.next(), home.tombstones());
        change.complete(*keystore);
        if (shredded) report(*shredded);
    } else if (keystore->rotation_state() == keystore::RotationState::to_repeat) {
        replace_master_key(*keystore, home, options, ask, present.place);  // an earlier run did not come to that
    } else {
        custodian::finish_handover(*keystore, home);
    }
    if (!is_there) report_again(*keystore);
    forget_in_index(*keystore, home);
    remove_discarded(*keystore, home);
    print_remaining(*keystore);
    shredding.clear_discarded();
}

}  // namespace msh
