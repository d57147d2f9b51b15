#include "storage/commit.hpp"

#include <gtest/gtest.h>

#include "unit/storage/put_support.hpp"

namespace msh::storage {
namespace {

class CommitTest : public PutTest {
  protected:
    // What the transfer leaves when these targets were given the payload.
    Outcome outcome(Request& request, const std::vector<Target*>& given) {
        Outcome made;
        made.plan.request = &request;
        made.plan.cid = cid;
        made.plan.lacking = targets->all();
        made.given = given;
        made.place = places->find(*request.object.payload.path, request.object.id);
        return made;
    }
    void commit(Outcome made) { committer().commit({&made, 1}); }
    Committer& committer() {
        if (!committer_) committer_.emplace(keystore.get(), *targets);
        return *committer_;
    }

  private:
    std::optional<Committer> committer_;
};

TEST_F(CommitTest, TargetsThenKeystoreThenFile) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    Request request = record.request();
    bool was_asked = false;
    one.at_commit = [&] {
        was_asked = true;
        EXPECT_FALSE(known(record.object).payload.cid);
        EXPECT_TRUE(has_file(record.object));
    };
    commit(outcome(request, {&one}));
    EXPECT_TRUE(was_asked);
    EXPECT_EQ(known(record.object).payload.cid, cid.text());
    EXPECT_FALSE(known(record.object).payload.path);
    EXPECT_TRUE(is_stored(record.object, one));
    EXPECT_FALSE(has_file(record.object));
    EXPECT_EQ(request.cid, cid);
    EXPECT_EQ(record.line.json_of("payload.cid"), '"' + cid.text() + '"');
    EXPECT_FALSE(record.line.has("payload.path"));
}

TEST_F(CommitTest, NothingIsNotedOrRemovedWhereATargetFailsToCommit) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    const std::string before = record.line.text();
    Request request = record.request();
    one.failure_at_commit = Error(ErrorKind::failed, "the disk is full");
    EXPECT_THROW(commit(outcome(request, {&one})), Error);
    EXPECT_FALSE(known(record.object).payload.cid);
    EXPECT_TRUE(has_file(record.object));
    EXPECT_EQ(record.line.text(), before);
}

TEST_F(CommitTest, APayloadThatATargetRefusesIsNotStored) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    Request request = record.request();
    one.refuses.emplace(cid, PinRefusal{cid, Error(ErrorKind::again, "not pinned"), false});
    commit(outcome(request, {&one}));
    ASSERT_TRUE(request.error);
    EXPECT_STREQ(request.error->what(), "not pinned");
    EXPECT_FALSE(known(record.object).payload.cid);
    EXPECT_TRUE(has_file(record.object));
    EXPECT_TRUE(committer().may_go_better());
}

TEST_F(CommitTest, ARequestThatFailedAlreadyIsPassedOver) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    Request request = record.request();
    request.error = Error(ErrorKind::input, "not the payload's CID");
    commit(outcome(request, {&one}));
    EXPECT_FALSE(known(record.object).payload.cid);
    EXPECT_TRUE(has_file(record.object));
    EXPECT_FALSE(committer().may_go_better());
}

TEST_F(CommitTest, AFileStaysForASpareTargetThatLacksThePayload) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open(1);
    Record record(add_object());
    Request request = record.request();
    two.failure_at_commit = Error(ErrorKind::again, "does not answer");
    commit(outcome(request, {&one, &two}));
    EXPECT_FALSE(request.error);
    EXPECT_TRUE(is_stored(record.object, one));
    EXPECT_FALSE(is_stored(record.object, two));
    EXPECT_TRUE(is_missing(record.object));
    EXPECT_TRUE(has_file(record.object));
    EXPECT_EQ(known(record.object).payload.path, record.object.payload.path);
    EXPECT_FALSE(record.line.has("payload.path"));  // which the keystore knows
    EXPECT_EQ(committer().unnoted(two), 0U);
}

TEST_F(CommitTest, WithoutAKeystoreTheRecordKeepsThePathForTheTargetThatLacksThePayload) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open(1);
    Record record(add_object());
    Request request = record.request();
    keystore.reset();
    commit(outcome(request, {&one}));
    EXPECT_FALSE(request.error);
    EXPECT_EQ(committer().unnoted(two), 1U);
    EXPECT_TRUE(record.line.has("payload.path"));
    EXPECT_TRUE(has_file(record.object));
}

TEST_F(CommitTest, TooFewCopiesAreAnErrorOfTheRecord) {
    FakeTarget& one = add_target("one");
    add_target("two");
    add_target("three");
    open(2);
    Record record(add_object());
    Request request = record.request();
    commit(outcome(request, {&one}));
    ASSERT_TRUE(request.error);
    EXPECT_EQ(request.error->kind(), ErrorKind::again);
    EXPECT_TRUE(has_file(record.object));
}

TEST_F(CommitTest, ALostTargetKeepsWhatItIsRememberedToHold) {
    FakeTarget& one = add_target("one");
    FakeTarget& two = add_target("two");
    open(1);
    Record record(add_object());
    mark(record.object, two);
    (void)targets->attempt(two, [] { throw Error(ErrorKind::again, "does not answer"); });
    Request request = record.request();
    Outcome made = outcome(request, {&one});
    made.plan.remembered = {&two};
    commit(made);
    EXPECT_FALSE(request.error);
    EXPECT_TRUE(is_stored(record.object, two));
    EXPECT_FALSE(is_missing(record.object));
}

TEST_F(CommitTest, AFileStaysWhileATargetOfAnotherRunLacksThePayload) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    ASSERT_TRUE(keystore::Targets(*keystore).add_missing("ipfs:far", {record::name_of(record.object), cid.text()}));
    Request request = record.request();
    commit(outcome(request, {&one}));
    EXPECT_FALSE(request.error);
    EXPECT_TRUE(has_file(record.object));
    EXPECT_TRUE(known(record.object).payload.path);
}

TEST_F(CommitTest, AnArchiveAloneRemovesNoFile) {
    FakeTarget& archive = add_target("archive");
    archive.counted = archive.lasting = false;
    open();
    Record record(add_object());
    Request request = record.request();
    commit(outcome(request, {&archive}));
    EXPECT_FALSE(request.error);
    EXPECT_TRUE(has_file(record.object));
    EXPECT_TRUE(record.line.has("payload.path"));
}

TEST_F(CommitTest, AFileStaysWhereTheKeystoreKnowsAnotherCid) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    const keystore::StoredPayload other{record::name_of(record.object), ipfs::Cid::of(ipfs::Codec::raw, {}).text()};
    keystore::Targets(*keystore).mark({}, {&other, 1});
    Request request = record.request();
    commit(outcome(request, {&one}));
    EXPECT_TRUE(request.error);
    EXPECT_FALSE(request.cid);
    EXPECT_TRUE(has_file(record.object));
    EXPECT_TRUE(known(record.object).payload.path);
}

TEST_F(CommitTest, OnlyFilesOfTheSpoolAreRemoved) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object(home.fetched()));
    Request request = record.request();
    commit(outcome(request, {&one}));
    EXPECT_FALSE(request.error);
    EXPECT_TRUE(has_file(record.object));
    EXPECT_FALSE(record.line.has("payload.path"));
}

TEST_F(CommitTest, ACopyNeedsNoFile) {
    FakeTarget& one = add_target("one");
    open();
    Record record(add_object());
    std::filesystem::remove(*record.object.payload.path);
    Request request = record.request();
    Outcome made = outcome(request, {&one});
    made.is_copy = true;
    commit(made);
    EXPECT_FALSE(known(record.object).payload.path);
    EXPECT_FALSE(record.line.has("payload.path"));
}

}  // namespace
}  // namespace msh::storage
