#include "storage/plan.hpp"

#include <filesystem>
#include <gtest/gtest.h>

#include "unit/storage/put_support.hpp"

namespace msh::storage {
namespace {

namespace fs = std::filesystem;
using Targets = std::vector<Target*>;

class PlanTest : public PutTest {
  protected:
    std::vector<Plan> plan(std::span<Request> requests) {
        return Planner(*places, keystore.get(), *targets, program).plan(requests, targets->all());
    }
    // Of a record that has no error.
    Plan plan(Request& request) {
        std::vector<Plan> plans = plan({&request, 1});
        EXPECT_EQ(plans.size(), 1U);
        EXPECT_FALSE(request.error);
        return plans.at(0);
    }
};

TEST_F(PlanTest, ANewPayloadIsReadFromItsFileAndLackedByAll) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open();
    Record record(add_object());
    Request request = record.request();
    const Plan made = plan(request);
    EXPECT_FALSE(made.cid);
    EXPECT_EQ(made.lacking, (Targets{&one, &two}));
    EXPECT_TRUE(made.present.empty());
    ASSERT_TRUE(place_of_file(made));
    EXPECT_EQ(place_of_file(made)->path, fs::canonical(*record.object.payload.path));
}

TEST_F(PlanTest, AFileOutsideTheFoldersOfPayloadsIsNotRead) {
    add_target("one");
    open();
    Record record(add_object());
    fs::remove(*record.object.payload.path);
    keystore::Objects(*keystore).remove_paths({&record.object.id, 1});
    record.object.payload.path = write_payload(folder.path() / "elsewhere", record.object.id).string();
    Request request = record.request();
    EXPECT_TRUE(plan(request).places.empty());
}

TEST_F(PlanTest, TheKeystoresPathComesFirstAndTheRecordsWhereThatFileIsGone) {
    add_target("one");
    open();
    const record::Object kept = add_object();
    Record record(kept);
    record.object.payload.path = write_payload(home.fetched(), kept.id).string();
    Request request = record.request();
    const Plan made = plan(request);
    ASSERT_EQ(made.places.size(), 2U);
    EXPECT_EQ(place_of_file(made)->folder, custodian::PayloadPlace::Folder::spool);
    fs::remove(*kept.payload.path);
    EXPECT_EQ(place_of_file(made)->folder, custodian::PayloadPlace::Folder::fetched);
}

TEST_F(PlanTest, ATargetThatHoldsItAsTheKeystoreSaysIsNotGivenItAgain) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open();
    Record record(add_object());
    one.put(cid, block);
    two.put(cid, block);  // which nobody knows
    mark(record.object, one);
    Request request = record.request();
    const Plan made = plan(request);
    EXPECT_EQ(made.cid, cid);
    EXPECT_EQ(made.present, Targets{&one});
    EXPECT_EQ(made.remembered, Targets{&one});
    EXPECT_EQ(made.lacking, Targets{&two});
    EXPECT_EQ(record.line.json_of("payload.cid"), '"' + cid.text() + '"');
}

TEST_F(PlanTest, ATargetThatHasLostWhatTheKeystoreSaysLacksIt) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    mark(record.object, one);
    Request request = record.request();
    const Plan made = plan(request);
    EXPECT_EQ(made.remembered, Targets{&one});
    EXPECT_EQ(made.lacking, Targets{&one});
}

TEST_F(PlanTest, ForATargetThatIsAskedByCidTheCidIsComputedFirst) {
    FakeTarget& node = add_target("node");
    FakeTarget& store = add_target("store");
    node.asked_by_cid = true;
    open();
    node.put(cid, block);
    Record record(add_object());
    Request request = record.request();
    const Plan made = plan(request);
    EXPECT_EQ(made.cid, cid);
    EXPECT_EQ(made.present, Targets{&node});
    EXPECT_EQ(made.lacking, Targets{&store});
    ASSERT_TRUE(made.read_file);
    EXPECT_EQ(made.read_file->path, place_of_file(made)->path);
}

TEST_F(PlanTest, WhereAllSeemToHoldItTheyAreCheckedCloselyWhileTheFileIsThere) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    one.put(cid, Bytes{'d', 'a', 'm', 'a', 'g', 'e'});
    mark(record.object, one);
    Request request = record.request();
    EXPECT_EQ(plan(request).lacking, Targets{&one});
    fs::remove(*record.object.payload.path);
    EXPECT_EQ(plan(request).present, Targets{&one});
}

TEST_F(PlanTest, ATargetThatFailsWhenAskedIsLostAndLacksIt) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open(1);
    Record record(add_object());
    mark(record.object, one);
    one.failure = Error(ErrorKind::again, "does not answer");
    Request request = record.request();
    EXPECT_EQ(plan(request).lacking, (Targets{&one, &two}));
    EXPECT_TRUE(targets->loss(one));
}

TEST_F(PlanTest, ARecordThatIsWrongHasAnErrorAndTheOthersAPlan) {
    add_target("one");
    open();
    Record wrong(add_object());
    Record sound(add_object());
    wrong.object.payload.cid = "no CID";
    std::vector<Request> requests{wrong.request(), sound.request()};
    const std::vector<Plan> plans = plan(requests);
    ASSERT_EQ(plans.size(), 1U);
    EXPECT_EQ(plans[0].request, &requests[1]);
    ASSERT_TRUE(requests[0].error);
    EXPECT_STREQ(requests[0].error->what(), "'payload.cid' has an invalid value");
    EXPECT_FALSE(requests[1].error);
}

TEST_F(PlanTest, ARecordThatContradictsTheKeystoreHasAnError) {
    add_target("one");
    open();
    Record record(add_object());
    ++record.object.payload.size;
    Request request = record.request();
    EXPECT_TRUE(plan({&request, 1}).empty());
    EXPECT_TRUE(request.error);
}

TEST_F(PlanTest, PlanningAgainFindsWhatAnotherRunHasStored) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    Request request = record.request();
    const Plan former = plan(request);
    one.put(cid, block);
    mark(record.object, one);
    const Plan again = Planner(*places, keystore.get(), *targets, program).plan_again(former);
    EXPECT_EQ(again.cid, cid);
    EXPECT_TRUE(again.lacking.empty());
    EXPECT_EQ(again.present, Targets{&one});
}

}  // namespace
}  // namespace msh::storage
