// A keystore that was set back by a copy of its file, under the log that it had signed meanwhile.
#include "lifecycle/catch_up.hpp"

#include "base/temporary_file.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/anchors.hpp"
#include "keystore/objects.hpp"
#include "lifecycle/recovery.hpp"
#include "lifecycle/shredder.hpp"
#include "unit/lifecycle/support.hpp"

namespace msh::lifecycle::test {
namespace {

using Verdict = Recovery::Verdict;

class CatchUpTest : public LifecycleTest {
  protected:
    void catch_up_with_log(bool has_records) {
        program.messages.clear();
        catch_up(*keystore, home, has_records, program);
    }
    const std::string advice =
        "note: give the files of your records to recover their objects and to list those whose keys are lost";
};

TEST_F(CatchUpTest, AKeystoreThatIsNotOlderIsLeftAsItIs) {
    (void)add_object();
    catch_up_with_log(false);
    EXPECT_EQ(program.messages, (Messages{"note: the keystore is not older than its log", advice}));
    catch_up_with_log(true);
    EXPECT_EQ(program.messages, Messages{});
    EXPECT_EQ(keystore::Anchors(*keystore).size(), 1U);
}

TEST_F(CatchUpTest, RecordsAreJudgedByTheirLeavesAndTheKeysAtHand) {
    const record::Object before = add_object(1);
    const fs::path copy = copy_keystore("copy");
    const record::Object same_study = add_object(1);
    const record::Object new_study = add_object(2);
    set_back_keystore(copy);
    catch_up_with_log(false);
    EXPECT_EQ(program.messages, (Messages{"note: the log holds 2 leaves (1 to 2) that this keystore does not know; the "
                                          "keystore now continues after the last of them",
                                          advice}));
    EXPECT_EQ(log_size(home), 3U);

    Recovery recovery(*keystore, home);
    EXPECT_EQ(recovery.judge(before), Verdict::known);
    EXPECT_EQ(recovery.judge(same_study), Verdict::added);
    EXPECT_EQ(recovery.judge(same_study), Verdict::known);
    EXPECT_FALSE(recovery.has_lost_keys());
    EXPECT_EQ(recovery.judge(new_study), Verdict::keys_lost);
    EXPECT_TRUE(recovery.has_lost_keys());
    record::Object elsewhere = new_study;
    elsewhere.anchor->origin = "elsewhere.example/log";
    EXPECT_EQ(recovery.judge(elsewhere), Verdict::not_own);
    elsewhere.anchor.reset();
    EXPECT_EQ(recovery.judge(elsewhere), Verdict::not_own);
    record::Object forged = new_study;
    forged.epoch = 2;
    const Error error = error_of([&] { (void)recovery.judge(forged); });
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_EQ(std::string(error.what()), "'anchor' refers to another record's leaf");

    EXPECT_TRUE(keystore::Objects(*keystore).has(same_study.id));
    EXPECT_FALSE(keystore::Objects(*keystore).has(new_study.id));
    program.messages.clear();
    recovery.report(true, program);
    EXPECT_EQ(program.messages,
              (Messages{"note: 1 record added to the keystore again", "note: the keys of 1 record are lost"}));
    // The next leaf is behind the log's last one.
    EXPECT_EQ(add_object(1).anchor->index, 3U);
}

TEST_F(CatchUpTest, WithoutLostKeysTheReportSaysWhatWasRead) {
    (void)add_object();
    const Recovery recovery(*keystore, home);
    recovery.report(true, program);
    recovery.report(false, program);
    EXPECT_EQ(program.messages, (Messages{"note: no keys of records anchored here are lost",
                                          "note: no keys of the records that could be read are lost"}));
}

TEST_F(CatchUpTest, WhatWasShreddedMeanwhileIsShreddedAgain) {
    const record::Object kept = add_object(1);
    const record::Object doomed = add_object(2);
    const fs::path copy = copy_keystore("copy");
    const Key former = master_key(home);
    StudyShredder(*keystore, home, program).shred({doomed.study, {}, {}}, {no_passphrase, {}});
    custodian::store_master_key(home, former, custodian::KeyPlace::key_file, no_passphrase);
    set_back_keystore(copy);
    ASSERT_TRUE(keystore::Objects(*keystore).has(doomed.id));
    catch_up_with_log(true);
    EXPECT_FALSE(keystore::Objects(*keystore).has(doomed.id));
    Recovery recovery(*keystore, home);
    EXPECT_EQ(recovery.judge(doomed), Verdict::shredded);
    EXPECT_EQ(recovery.judge(kept), Verdict::known);
    EXPECT_FALSE(recovery.has_lost_keys());
}

TEST_F(CatchUpTest, WithoutAListOrUnderAnotherLogNothingIsDone) {
    (void)add_object();
    const fs::path older = copy_log("older");
    (void)add_object();
    fs::remove(home.tombstones());
    Error error = error_of([&] { catch_up_with_log(false); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(std::string(error.what()), "there is no list of shredded studies");
    EXPECT_FALSE(fs::exists(home.tombstones()));
    write_file_atomically(home.tombstones(), {}, 0600);
    fs::remove_all(home.log());
    fs::copy(older, home.log(), fs::copy_options::recursive);
    error = error_of([&] { catch_up_with_log(false); });
    EXPECT_EQ(error.kind(), ErrorKind::failed);
    EXPECT_EQ(std::string(error.what()), "the log is not the one that was signed last, or an older copy of it");
    EXPECT_EQ(keystore::Anchors(*keystore).size(), 2U);
}

}  // namespace
}  // namespace msh::lifecycle::test
