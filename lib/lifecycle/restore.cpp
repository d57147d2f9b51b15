#include "lifecycle/restore.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "base/file_lock.hpp"
#include "custodian/custodian.hpp"
#include "keystore/backup.hpp"
#include "keystore/index_state.hpp"
#include "keystore/shredding.hpp"
#include "keystore/tombstones.hpp"
#include "lifecycle/backup_file.hpp"
#include "lifecycle/identity_file.hpp"
#include "lifecycle/log_choice.hpp"
#include "search/flush.hpp"
#include "search/normaliser.hpp"

namespace msh::lifecycle {
namespace fs = std::filesystem;
namespace {

constexpr const char* prompt = "passphrase of the backup: ";

void require_no_keystore(const custodian::Home& home) {
    if (home.has_keystore()) throw custodian::keystore_is_there(home);
}

// The studies shredded since the backup, by the list in the home folder and the file that was named.
class ShreddedSince {
  public:
    // Without a list, shredded studies would become readable again unnoticed: Error (usage).
    ShreddedSince(const custodian::Home& home, const RestoreRequest& request) : home_(home), request_(request) {
        if (request.tombstones) {
            if (!fs::exists(*request.tombstones)) throw Error(ErrorKind::usage, "there is no file of tombstones");
            (void)read_named();
        } else if (!fs::exists(home.tombstones()) && !request.new_log) {
            throw Error(ErrorKind::usage, "there is no list of shredded studies",
                        "name it with --tombstones; an empty file states that nothing was shredded");
        }
    }

    [[nodiscard]] bool has_list() const { return request_.tombstones || fs::exists(home_.tombstones()); }

    [[nodiscard]] std::vector<keystore::Tombstone> read() const {
        std::vector<keystore::Tombstone> tombstones = keystore::read_tombstones(home_.tombstones());
        if (!request_.tombstones) return tombstones;
        for (const keystore::Tombstone& tombstone : read_named()) {
            if (std::find(tombstones.begin(), tombstones.end(), tombstone) != tombstones.end()) continue;
            tombstones.push_back(tombstone);
        }
        return tombstones;
    }

  private:
    [[nodiscard]] std::vector<keystore::Tombstone> read_named() const {
        return keystore::read_tombstones(*request_.tombstones, request_.tombstones_name);
    }

    const custodian::Home& home_;
    const RestoreRequest& request_;
};

// Keeps it where the next programs find it: nothing is replaced, and a credential must be the same key.
void keep_master_key(const custodian::Home& home, const Key& master, bool under_passphrase,
                     const custodian::AskPassphrase& ask) {
    if (const auto credential = custodian::master_key_from_credential()) {
        if (constant_time_equal(credential->view(), master.view())) return;
        throw Error(ErrorKind::failed, "the credential 'msh-master' is not the backup's master key");
    }
    if (fs::exists(home.key_file()) || fs::exists(home.passphrase_key_file())) {
        const Key present = custodian::load_master_key(home, ask).key;
        if (constant_time_equal(present.view(), master.view())) return;
        throw Error(ErrorKind::failed, "the home folder already has another master key");
    }
    const auto place = under_passphrase ? custodian::KeyPlace::passphrase_file : custodian::KeyPlace::key_file;
    custodian::store_master_key(home, master, place, ask);
}

BackupKey key_for(const RestoreRequest& request, const custodian::AskPassphrase& ask_for_backup) {
    if (request.identity) return read_identities(*request.identity);
    return ask_for_backup(prompt);
}

}  // namespace

void restore(const custodian::Home& home, const RestoreRequest& request, const custodian::AskPassphrase& ask,
             const custodian::AskPassphrase& ask_for_backup, Program& program) {
    home.make();
    require_no_keystore(home);
    if (request.under_passphrase) custodian::require_no_bare_master_key(home);
    LogChoice log(home, request.log, request.new_log);
    const ShreddedSince shredded_since(home, request);
    const FileLock one_at_a_time(home.master_lock());
    require_no_keystore(home);
    const bool has_list = shredded_since.has_list();
    keystore::Restoration restoration(home.keystore());
    const Key master = read_backup(request.backup, key_for(request, ask_for_backup), restoration.fd());
    const auto tombstones = shredded_since.read();
    std::vector<keystore::Tombstone> all_shredded;
    const auto prepare = [&](keystore::Keystore& keystore, std::uint64_t shredded) {
        log.require_newer_than(keystore);
        keep_master_key(home, master, request.under_passphrase, ask);
        keystore::append_tombstones(home.tombstones(), tombstones);
        all_shredded = keystore::Shredding(keystore).tombstones();
        if (shredded > 0) search::requeue_all_segments(keystore, search::dicom_normaliser());
        log.adopt(keystore);
    };
    if (!restoration.finish(master, tombstones, prepare)) throw custodian::keystore_is_there(home);
    (void)keystore::repair_tombstones(home.tombstones(), all_shredded);
    if (!has_list) {
        program.note("there is no tombstones file: studies that were shredded since the backup are readable again");
    }
    program.note("restored the keystore in " + home.root().string());
    log.report(program);
}

}  // namespace msh::lifecycle
