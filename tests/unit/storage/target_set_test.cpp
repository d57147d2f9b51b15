#include "storage/target_set.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "ipfs/cid.hpp"
#include "unit/storage/fakes.hpp"

namespace msh::storage {
namespace {

const Error broken(ErrorKind::again, "node.example: does not answer", "try later");

class TargetSetTest : public ::testing::Test {
  protected:
    FakeTarget& add(const std::string& name) {
        auto target = std::make_unique<FakeTarget>(name);
        FakeTarget& added = *target;
        added.calls = &calls;
        list.push_back(std::move(target));
        return added;
    }
    TargetSet make(std::optional<std::size_t> at_least) { return {list, at_least, program}; }

    ipfs::Cid root = ipfs::Cid::of(ipfs::Codec::raw, {});
    FakeProgram program;
    std::vector<std::string> calls;
    std::vector<std::unique_ptr<Target>> list;
};

TEST_F(TargetSetTest, WithoutAtLeastAnErrorOfATargetEndsTheRun) {
    FakeTarget& one = add("one");
    add("two");
    TargetSet targets = make({});
    EXPECT_EQ(targets.spare(), 0U);
    EXPECT_THROW((void)targets.attempt(one, [] { throw broken; }), Error);
    EXPECT_FALSE(targets.loss(one));
    EXPECT_TRUE(program.messages.empty());
}

TEST_F(TargetSetTest, ASpareTargetIsLostWithOneWarningAndNotCalledAgain) {
    FakeTarget& one = add("one");
    FakeTarget& two = add("two");
    TargetSet targets = make(1);
    parallel_for(8, 8, [&](std::size_t) { EXPECT_FALSE(targets.attempt(one, [] { throw broken; })); });
    EXPECT_EQ(program.messages,
              (std::vector<std::string>{"warning: node.example: does not answer; continuing without one",
                                        "note: hint: try later"}));
    EXPECT_FALSE(targets.attempt(one, [] { FAIL(); }));
    ASSERT_TRUE(targets.loss(one));
    EXPECT_STREQ(targets.loss(one)->what(), broken.what());
    EXPECT_EQ(targets.remaining_of(targets.all()), (std::vector<Target*>{&two}));
    EXPECT_EQ(targets.sources(), (ipfs::BlockSources{two.source()}));
    EXPECT_TRUE(targets.has_lost_a_lasting_target());
}

TEST_F(TargetSetTest, OneLossMoreThanIsSpareEndsTheRun) {
    FakeTarget& one = add("one");
    FakeTarget& two = add("two");
    add("three");
    TargetSet targets = make(2);
    EXPECT_FALSE(targets.attempt(one, [] { throw broken; }));
    EXPECT_THROW((void)targets.attempt(two, [] { throw broken; }), Error);
}

TEST_F(TargetSetTest, AnArchiveIsNeitherCountedNorLost) {
    add("store");
    FakeTarget& archive = add("archive");
    archive.counted = false;
    EXPECT_EQ(make(1).spare(), 0U);
    add("node");
    TargetSet targets = make(1);
    EXPECT_EQ(targets.spare(), 1U);
    EXPECT_THROW((void)targets.attempt(archive, [] { throw broken; }), Error);
}

TEST_F(TargetSetTest, WhatIsWrongWithAPayloadLosesNoTarget) {
    FakeTarget& one = add("one");
    add("two");
    TargetSet targets = make(1);
    EXPECT_THROW((void)targets.attempt(one, [] { throw Error(ErrorKind::input, "not the payload's CID"); }), Error);
    EXPECT_FALSE(targets.loss(one));
}

TEST_F(TargetSetTest, ASignalIsNotTakenForAnErrorOfTheTarget) {
    FakeTarget& one = add("one");
    add("two");
    TargetSet targets = make(1);
    program.signalled = true;
    EXPECT_THROW((void)targets.attempt(one, [] { throw broken; }), FakeProgram::Stopped);
    EXPECT_FALSE(targets.loss(one));
}

TEST_F(TargetSetTest, ThoseThatFetchFromOthersCommitAfterThem) {
    add("service").fetches = true;
    add("one");
    add("two");
    EXPECT_TRUE(make({}).commit().empty());
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_EQ(calls.back(), "commit service");
}

TEST_F(TargetSetTest, RefusalsSayWhichTargetAndWhy) {
    FakeTarget& one = add("one");
    FakeTarget& two = add("two");
    one.refuses.emplace(root, PinRefusal{root, Error(ErrorKind::again, "the disk is full"), false});
    const TargetSet::Refused refused = make({}).commit();
    ASSERT_TRUE(why_refused(refused, one, root));
    EXPECT_STREQ(why_refused(refused, one, root)->what(), "the disk is full");
    EXPECT_FALSE(why_refused(refused, two, root));
    EXPECT_TRUE(one.waits);
}

TEST_F(TargetSetTest, OnlyASpareTargetThatIsLateIsNotWaitedForAgain) {
    FakeTarget& one = add("one");
    add("two");
    one.refuses.emplace(root, PinRefusal{root, Error(ErrorKind::again, "not pinned yet"), true});
    (void)make({}).commit();
    EXPECT_TRUE(one.waits);
    (void)make(1).commit();
    EXPECT_FALSE(one.waits);
}

TEST_F(TargetSetTest, ATargetThatFailsToCommitIsLostWithItsRefusals) {
    FakeTarget& one = add("one");
    add("two");
    one.failure_at_commit = broken;
    TargetSet targets = make(1);
    EXPECT_TRUE(targets.commit().empty());
    EXPECT_TRUE(targets.loss(one));
    EXPECT_THROW((void)make({}).commit(), Error);
}

}  // namespace
}  // namespace msh::storage
