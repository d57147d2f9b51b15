// Backups that are as old as the log, older, and newer; what is refused leaves no keystore.
#include "lifecycle/restore.hpp"

#include <fstream>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/anchors.hpp"
#include "keystore/backup.hpp"
#include "keystore/heads.hpp"
#include "keystore/objects.hpp"
#include "keystore/shredding.hpp"
#include "lifecycle/shredder.hpp"
#include "unit/lifecycle/support.hpp"

namespace msh::lifecycle::test {
namespace {

class RestoreTest : public LifecycleTest {
  protected:
    RestoreRequest request_for(const fs::path& backup) {
        RestoreRequest request;
        request.backup = backup;
        request.identity = identity_file();
        request.tombstones = empty_list();
        request.tombstones_name = "the list";
        return request;
    }
    RestoreRequest request_for(const fs::path& backup, const fs::path& log) {
        RestoreRequest request = request_for(backup);
        request.log = log;
        return request;
    }
    std::string empty_list() {
        const fs::path file = folder.path() / "none";
        std::ofstream(file, std::ios::app).flush();
        return file;
    }
    Error error_of_restore(const RestoreRequest& request) {
        return error_of([&] { restore_to_other(request); });
    }
    void restore_to_other(const RestoreRequest& request) {
        program.messages.clear();
        restore(other, request, no_passphrase, no_passphrase, program);
    }
    void expect_nothing_restored() {
        EXPECT_FALSE(other.has_keystore());
        EXPECT_FALSE(fs::exists(other.key_file()));
    }

    custodian::Home other{folder.path() / "other"};
    const std::string restored_note = "note: restored the keystore in " + other.root().string();
};

TEST_F(RestoreTest, ABackupThatIsAsOldAsTheLogIsRestoredWithoutAWarning) {
    const record::Object object = add_object();
    restore_to_other(request_for(back_up("backup"), home.log()));
    EXPECT_EQ(program.messages, Messages{restored_note});
    EXPECT_TRUE(constant_time_equal(master_key(other).view(), master_key(home).view()));
    const auto restored = custodian::unlock_keystore(other, no_passphrase);
    EXPECT_TRUE(keystore::Objects(*restored).has(object.id));
    EXPECT_EQ(keystore::Anchors(*restored).size(), 1U);
    custodian::require_keystore_up_to_date(*restored, other);
    EXPECT_EQ(error_of_restore(request_for(folder.path() / "backup", home.log())).what(),
              "a keystore already exists in '" + other.root().string() + "'");
}

TEST_F(RestoreTest, ABackupThatIsOlderThanTheLogContinuesAfterItsLastLeaf) {
    (void)add_object();
    const fs::path backup = back_up("backup");
    (void)add_object();
    (void)add_object(2);
    restore_to_other(request_for(backup, home.log()));
    EXPECT_EQ(program.messages,
              (Messages{restored_note,
                        "warning: the log holds 2 leaves (1 to 2) that this keystore does not know: what was encrypted,"
                        " granted or indexed since the backup is lost",
                        "note: name the files of your records with 'msh-key restore --catch-up' to see which"}));
    EXPECT_EQ(log_size(other), 3U);  // nothing was signed
    const auto restored = custodian::unlock_keystore(other, no_passphrase);
    EXPECT_EQ(keystore::Anchors(*restored).size(), 3U);
    custodian::require_keystore_up_to_date(*restored, other);
}

TEST_F(RestoreTest, ABackupThatIsNewerThanTheLogIsNotRestored) {
    (void)add_object();
    const fs::path older = copy_log("older");
    (void)add_object();
    const Error error = error_of_restore(request_for(back_up("backup"), older));
    EXPECT_EQ(error.kind(), ErrorKind::failed);
    EXPECT_EQ(std::string(error.what()),
              "the log in '" + older.string() + "' is older than the backup, or another one");
    expect_nothing_restored();
    EXPECT_TRUE(names_in(other.root()).empty());
    restore_to_other(request_for(folder.path() / "backup", home.log()));
    EXPECT_EQ(log_size(other), 2U);
}

TEST_F(RestoreTest, ANewLogBeginsEmptyAndTheFormerOneIsStillKnown) {
    (void)add_object();
    const std::string former = custodian::public_keys(*keystore).log;
    RestoreRequest request = request_for(back_up("backup"));
    request.new_log = "new.example/log";
    request.tombstones.reset();
    restore_to_other(request);
    EXPECT_EQ(program.messages.size(), 5U);
    EXPECT_EQ(program.messages.front(),
              "note: there is no tombstones file: studies that were shredded since the backup are readable again");
    EXPECT_EQ(program.messages.back(), "note: records in the former log are verified with its key: " + former);
    const auto restored = custodian::unlock_keystore(other, no_passphrase);
    EXPECT_EQ(keystore::Anchors(*restored).origin(), "new.example/log");
    EXPECT_EQ(keystore::Anchors(*restored).size(), 0U);
    EXPECT_EQ(custodian::former_log_keys(*restored), std::vector<std::string>{former});
    EXPECT_TRUE(custodian::former_log_keys(*keystore).empty());
}

TEST_F(RestoreTest, ALogMustBeChosen) {
    (void)add_object();
    const fs::path backup = back_up("backup");
    const auto expect_usage = [&](const RestoreRequest& request, const std::string& message) {
        const Error error = error_of_restore(request);
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_EQ(std::string(error.what()), message);
        expect_nothing_restored();
    };
    expect_usage(request_for(backup), "the newest log is missing, and continuing without it would fork it");
    expect_usage(request_for(backup, folder.path()), "there is no log in the folder of --log");
    RestoreRequest both = request_for(backup, home.log());
    both.new_log = "new.example/log";
    expect_usage(both, "--log and --new-log are mutually exclusive");
    both.new_log = "a name";
    expect_usage(both, "--new-log needs a printable name without white space and plus signs");
    fs::copy(home.log(), other.log(), fs::copy_options::recursive);
    (void)add_object();
    expect_usage(request_for(backup, home.log()), "there is a log in the home folder already");
    RestoreRequest fresh = request_for(backup);
    fresh.new_log = "new.example/log";
    expect_usage(fresh, "there is a log in the home folder already");
    restore_to_other(request_for(backup));  // that one
    EXPECT_EQ(log_size(other), 1U);
}

TEST_F(RestoreTest, WhatWasShreddedSinceTheBackupStaysShredded) {
    const record::Object kept = add_object(1);
    const record::Object doomed = add_object(2);
    const fs::path backup = back_up("backup");
    StudyShredder(*keystore, home, program).shred({doomed.study, {}, {}}, {no_passphrase, {}});
    RestoreRequest request = request_for(backup, home.log());
    request.tombstones = home.tombstones();
    restore_to_other(request);
    const auto restored = custodian::unlock_keystore(other, no_passphrase);
    EXPECT_TRUE(keystore::Objects(*restored).has(kept.id));
    EXPECT_FALSE(keystore::Objects(*restored).has(doomed.id));
    EXPECT_EQ(keystore::read_tombstones(other.tombstones()), keystore::read_tombstones(home.tombstones()));
}

TEST_F(RestoreTest, AListOfTombstonesMustBeThereAndSound) {
    const record::Object object = add_object();
    RestoreRequest request = request_for(back_up("backup"), home.log());
    const auto expect_refused = [&](ErrorKind kind, const std::string& message) {
        const Error error = error_of_restore(request);
        EXPECT_EQ(error.kind(), kind);
        EXPECT_EQ(std::string(error.what()), message);
        expect_nothing_restored();
    };
    const fs::path list = folder.path() / "list";
    for (const std::string& text : {std::string(2'000'000, '\0'), std::string(30, '\0'), std::string("not a list"),
                                    to_hex(object.study) + "\n"}) {
        write_file_atomically(list, as_bytes(text), 0600);
        request.tombstones = list;
        expect_refused(ErrorKind::input, "the list of tombstones is damaged");
    }
    request.tombstones = folder.path() / "missing";
    expect_refused(ErrorKind::usage, "there is no file of tombstones");
    request.tombstones.reset();
    expect_refused(ErrorKind::usage, "there is no list of shredded studies");
    // The beginning of a line, which a crash cut off, is one.
    write_file_atomically(list, as_bytes(to_hex(object.study).substr(0, 9)), 0600);
    request.tombstones = list;
    restore_to_other(request);
}

TEST_F(RestoreTest, WhatIsNoBackupOrIsAnothersIsNotRestored) {
    (void)add_object();
    const fs::path backup = back_up("backup");
    const auto expect_refused = [&](const fs::path& file, const std::string& message) {
        const Error error = error_of_restore(request_for(file, home.log()));
        EXPECT_EQ(error.kind(), ErrorKind::input);
        EXPECT_EQ(std::string(error.what()), message);
        expect_nothing_restored();
    };
    expect_refused(folder.path() / "missing", "cannot open the backup: No such file or directory");
    const Bytes whole = read_file(backup, 1U << 30).value();
    write_file_atomically(folder.path() / "short", ByteView(whole).first(5000), 0600);
    expect_refused(folder.path() / "short", "the backup was changed, cut off, or sealed under another key");
    const crypto::AgeRecipient recipient = identity.recipient();
    AtomicFile text(folder.path() / "text", 0600);
    crypto::AgeEncryptor encryptor(std::span(&recipient, 1), [&](ByteView part) { write_all(text.fd(), part); });
    encryptor.write(as_bytes("msh-backup-v2\nand so on\n"));
    encryptor.finish();
    text.commit();
    expect_refused(folder.path() / "text", "the file is not a backup");
    identity = crypto::AgeIdentity::generate();
    expect_refused(backup, "no identity in the file opens the backup");
}

TEST_F(RestoreTest, AnotherMasterKeyIsNotReplaced) {
    (void)add_object();
    other.make();
    custodian::store_master_key(other, Key(), custodian::KeyPlace::key_file, no_passphrase);
    const Error error = error_of_restore(request_for(back_up("backup"), home.log()));
    EXPECT_EQ(std::string(error.what()), "the home folder already has another master key");
    EXPECT_FALSE(other.has_keystore());
    EXPECT_TRUE(constant_time_equal(master_key(other).view(), Key().view()));
}

}  // namespace
}  // namespace msh::lifecycle::test
