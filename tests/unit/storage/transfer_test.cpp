#include "storage/transfer.hpp"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>

#include "unit/storage/put_support.hpp"

namespace msh::storage {
namespace {

namespace fs = std::filesystem;

const Error broken(ErrorKind::again, "node.example: does not answer");

class TransferTest : public PutTest {
  protected:
    Plan plan(Request& request, bool knows_cid = false) {
        Plan made;
        made.request = &request;
        if (knows_cid) made.cid = cid;
        made.lacking = targets->all();
        const record::Object& object = request.object;
        if (auto place = places->find(*object.payload.path, object.id)) made.places.push_back(*place);
        return made;
    }
    Outcome run(const Plan& made) {
        Transfer transfer(home.store(), *targets, program);
        Outcome outcome = transfer.run(made);
        may_go_better = transfer.may_go_better();
        return outcome;
    }
    bool may_go_better = false;
};

TEST_F(TransferTest, AFileIsGivenToAllAndLinkedIntoOneLastingTarget) {
    FakeTarget& archive = add_target("archive");
    archive.lasting = archive.counted = false;
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open();
    Record record(add_object());
    Request request = record.request();
    const Outcome outcome = run(plan(request));
    EXPECT_EQ(outcome.plan.cid, cid);
    EXPECT_EQ(outcome.given, targets->all());
    EXPECT_FALSE(outcome.is_copy);
    EXPECT_EQ(one.modes, std::vector{ipfs::ImportMode::link});
    EXPECT_EQ(two.modes, std::vector{ipfs::ImportMode::copy});
    EXPECT_EQ(archive.modes, std::vector{ipfs::ImportMode::copy});
    EXPECT_TRUE(two.has_block(cid));
    EXPECT_TRUE(has_file(record.object));
}

TEST_F(TransferTest, AFileWithAnotherCidIsGivenToNobody) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    Request request = record.request();
    Plan made = plan(request);
    made.cid = ipfs::Cid::of(ipfs::Codec::raw, Bytes{1});
    EXPECT_THROW((void)run(made), Error);
    EXPECT_FALSE(one.has_block(cid));
}

TEST_F(TransferTest, WhereTheFirstTargetIsLostTheNextComputesTheCid) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open(1);
    one.failure = broken;
    Record record(add_object());
    Request request = record.request();
    const Outcome outcome = run(plan(request));
    EXPECT_EQ(outcome.plan.cid, cid);
    EXPECT_EQ(outcome.given, (std::vector<Target*>{&two}));
}

TEST_F(TransferTest, APayloadWithoutAFileIsCopiedFromATarget) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open();
    two.put(cid, block);
    Record record(add_object());
    fs::remove(*record.object.payload.path);
    Request request = record.request();
    const Outcome outcome = run(plan(request, true));
    EXPECT_TRUE(outcome.is_copy);
    EXPECT_FALSE(outcome.missing);
    EXPECT_TRUE(one.has_block(cid));
    EXPECT_EQ(one.copies, 1);
    EXPECT_EQ(two.copies, 0);  // the keystore did not know that it holds it
    EXPECT_EQ(outcome.given, targets->all());
}

TEST_F(TransferTest, APayloadThatIsNowhereIsMissing) {
    add_target("one");
    open();
    Record record(add_object());
    fs::remove(*record.object.payload.path);
    Request request = record.request();
    EXPECT_TRUE(run(plan(request)).missing);
    const Outcome outcome = run(plan(request, true));
    ASSERT_TRUE(outcome.missing);
    EXPECT_STREQ(outcome.missing->what(), "the payload is neither in a file nor complete in a store");
    EXPECT_FALSE(may_go_better);
}

TEST_F(TransferTest, ARecordWithNeitherAPlaceNorACidIsWrong) {
    add_target("one");
    open();
    Record record(add_object());
    Request request = record.request();
    Plan made = plan(request);
    made.places.clear();
    EXPECT_THROW((void)run(made), Error);
}

TEST_F(TransferTest, WhereASourceFailsItIsLostAndTheOthersLackThePayload) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open(1);
    Record record(add_object());
    fs::remove(*record.object.payload.path);
    Request request = record.request();
    Plan made = plan(request, true);
    made.lacking = {&one};
    made.present = {&two};
    two.failure = broken;
    const Outcome outcome = run(made);
    EXPECT_FALSE(outcome.missing);
    EXPECT_TRUE(outcome.given.empty());
    EXPECT_TRUE(targets->loss(two));
    EXPECT_FALSE(targets->loss(one));
    EXPECT_TRUE(std::any_of(program.messages.begin(), program.messages.end(),
                            [](const std::string& message) { return message.ends_with("continuing without two"); }));
}

TEST_F(TransferTest, ALostTargetMayHoldOnlyWhatWasPutIntoIt) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open(1);
    two.failure = broken;
    EXPECT_FALSE(targets->attempt(two, [&] { throw broken; }));
    Record record(add_object());
    fs::remove(*record.object.payload.path);
    Request request = record.request();
    Plan made = plan(request, true);
    EXPECT_FALSE(run(made).missing);  // the keystore does not know the object
    made.is_known = true;
    ASSERT_TRUE(run(made).missing);
    EXPECT_FALSE(may_go_better);
    made.remembered = {&one};
    EXPECT_TRUE(run(made).missing);
    made.remembered = {&two};
    EXPECT_FALSE(run(made).missing);
}

TEST_F(TransferTest, WhatNobodyLacksIsGivenToNobody) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    Request request = record.request();
    Plan made = plan(request, true);
    made.present = std::exchange(made.lacking, {});
    const Outcome outcome = run(made);
    EXPECT_TRUE(outcome.given.empty());
    EXPECT_FALSE(one.has_block(cid));
    ASSERT_TRUE(outcome.place);  // its file may go
}

}  // namespace
}  // namespace msh::storage
