// The rules by which blocks are shared out among sources, without threads and with a clock of the test's own.
#include "nodes/fetch_schedule.hpp"

#include <chrono>
#include <exception>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace msh::nodes {
namespace {

using namespace std::chrono_literals;
using Answer = FetchSchedule::Answer;
using Kind = Answer::Kind;
using State = ipfs::LookupResult::State;

class FetchScheduleTest : public ::testing::Test {
  protected:
    FetchSchedule::WantPointer want(std::size_t size = 1000) {
        const std::string text = "block " + std::to_string(made_++);
        const ipfs::WantedBlock block{ipfs::Cid::of(ipfs::Codec::raw, as_bytes(text)), size, 0};
        auto want = std::make_shared<FetchSchedule::Want>(block);
        schedule.add(want);
        return want;
    }

    FetchSchedule::WantPointer next(std::size_t source) { return schedule.next(source, now); }

    std::optional<std::string> answer(std::size_t source, FetchSchedule::Want& want, Answer given) {
        return schedule.note(source, want, std::move(given), now);
    }
    std::optional<std::string> give(std::size_t source, FetchSchedule::Want& want, std::size_t size = 1000,
                                    FetchSchedule::Seconds time = 10ms) {
        return answer(source, want, {Kind::block, Bytes(size), {}, {}, time});
    }
    static Answer failure(Kind kind = Kind::failure) {
        return {kind, {}, std::make_exception_ptr(Error(ErrorKind::again, "it fails"))};
    }
    static Answer busy(std::chrono::seconds time) {
        return {Kind::busy, {}, std::make_exception_ptr(Error(ErrorKind::again, "it is busy")), time};
    }

    FetchSchedule schedule;
    FetchSchedule::Time now{1000s};

  private:
    int made_ = 0;
};

TEST_F(FetchScheduleTest, BlocksAreAskedForInTheirOrderAndOnce) {
    schedule.add_source("one");
    const auto first = want();
    const auto second = want();
    EXPECT_EQ(next(0), first);
    EXPECT_EQ(next(0), second);
    EXPECT_EQ(next(0), nullptr);
    EXPECT_EQ(give(0, *first), std::nullopt);
    EXPECT_TRUE(first->is_done);
    EXPECT_EQ(first->found.state, State::found);
    EXPECT_FALSE(second->is_done);
    EXPECT_EQ(schedule.counts()[0].blocks, 1U);
    EXPECT_EQ(schedule.counts()[0].bytes, 1000U);
}

TEST_F(FetchScheduleTest, WithoutASourceABlockIsAbsentAtOnce) {
    const auto lonely = want();
    EXPECT_TRUE(lonely->is_done);
    EXPECT_EQ(lonely->found.state, State::absent);
    EXPECT_EQ(lonely->error, nullptr);
}

TEST_F(FetchScheduleTest, AbsentOnlyWhenEverySourceSaysSo) {
    schedule.add_source("one");
    schedule.add_source("two");
    const auto wanted = want();
    EXPECT_EQ(next(0), wanted);
    EXPECT_EQ(answer(0, *wanted, {Kind::absent}), std::nullopt);
    EXPECT_FALSE(wanted->is_done);
    EXPECT_EQ(next(0), nullptr);
    EXPECT_EQ(next(1), wanted);
    EXPECT_EQ(answer(1, *wanted, {Kind::absent}), std::nullopt);
    EXPECT_TRUE(wanted->is_done);
    EXPECT_EQ(wanted->found.state, State::absent);
}

TEST_F(FetchScheduleTest, ASourceWithAWrongBlockIsGivenUp) {
    schedule.add_source("one");
    schedule.add_source("two");
    const auto wanted = want();
    EXPECT_EQ(next(0), wanted);
    EXPECT_EQ(answer(0, *wanted, {Kind::wrong_block}), "one: returned the wrong block");
    EXPECT_TRUE(schedule.is_given_up(0));
    EXPECT_FALSE(schedule.all_given_up());
    EXPECT_EQ(next(1), wanted);
    EXPECT_EQ(give(1, *wanted), std::nullopt);
    EXPECT_EQ(wanted->found.state, State::found);
}

TEST_F(FetchScheduleTest, WhatOnlyAGivenUpSourceHadIsItsError) {
    schedule.add_source("one");
    const auto first = want();
    const auto second = want();
    EXPECT_EQ(next(0), first);
    EXPECT_TRUE(answer(0, *first, {Kind::wrong_block}));
    EXPECT_EQ(first->found.state, State::damaged);
    EXPECT_TRUE(second->is_done);
    EXPECT_NE(second->error, nullptr);
    EXPECT_TRUE(want()->is_done);
}

TEST_F(FetchScheduleTest, AFailedBlockIsAskedForAgainLaterAFewTimes) {
    schedule.add_source("one");
    const auto wanted = want();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(next(0), wanted) << i;
        EXPECT_EQ(answer(0, *wanted, failure()), std::nullopt);
        EXPECT_EQ(next(0), nullptr);
        now += 300ms;
    }
    EXPECT_TRUE(wanted->is_done);
    EXPECT_NE(wanted->error, nullptr);
    EXPECT_FALSE(schedule.is_given_up(0));
}

TEST_F(FetchScheduleTest, ARefusedBlockIsNotAskedForAgain) {
    schedule.add_source("one");
    const auto wanted = want();
    EXPECT_EQ(next(0), wanted);
    EXPECT_EQ(answer(0, *wanted, failure(Kind::refusal)), std::nullopt);
    EXPECT_TRUE(wanted->is_done);
}

TEST_F(FetchScheduleTest, ThreeBlocksInARowThatFailEndASource) {
    schedule.add_source("one");
    std::vector<FetchSchedule::WantPointer> wanted;
    for (int i = 0; i < 5; ++i)
        wanted.push_back(want());
    EXPECT_EQ(next(0), wanted[0]);
    EXPECT_EQ(answer(0, *wanted[0], failure()), std::nullopt);
    EXPECT_EQ(next(0), wanted[1]);
    EXPECT_EQ(give(0, *wanted[1]), std::nullopt);  // the row is broken
    for (const std::size_t i : {2U, 3U}) {
        EXPECT_EQ(next(0), wanted[i]);
        EXPECT_EQ(answer(0, *wanted[i], failure()), std::nullopt);
    }
    EXPECT_EQ(next(0), wanted[4]);
    EXPECT_EQ(answer(0, *wanted[4], failure()), "it fails");
    EXPECT_TRUE(schedule.all_given_up());
    for (const auto& one : wanted)
        EXPECT_TRUE(one->is_done);
}

TEST_F(FetchScheduleTest, ABusySourceRestsAndTheAttemptDoesNotCount) {
    schedule.add_source("one");
    const auto wanted = want();
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(next(0), wanted);
        EXPECT_EQ(answer(0, *wanted, busy(5s)), std::nullopt);
        now += 4s;
        EXPECT_EQ(next(0), nullptr);
        now += 2s;
    }
    EXPECT_EQ(next(0), wanted);
    EXPECT_EQ(answer(0, *wanted, busy(5s)), std::nullopt);  // now it is a failure
    EXPECT_NE(wanted->error, nullptr);
    EXPECT_FALSE(wanted->is_done);
    now += 300ms;
    EXPECT_EQ(next(0), wanted);
    EXPECT_EQ(give(0, *wanted), std::nullopt);
    EXPECT_EQ(wanted->found.state, State::found);
}

TEST_F(FetchScheduleTest, ASourceThatIsBusyForLongFailed) {
    schedule.add_source("one");
    const auto wanted = want();
    EXPECT_EQ(next(0), wanted);
    EXPECT_EQ(answer(0, *wanted, busy(1000s)), std::nullopt);
    EXPECT_NE(wanted->error, nullptr);
}

TEST_F(FetchScheduleTest, AStalledSourceIsOvertakenAndItsLateAnswerChangesNothing) {
    schedule.add_source("slow");
    schedule.add_source("good");
    const auto wanted = want();
    EXPECT_EQ(next(0), wanted);
    EXPECT_EQ(next(1), nullptr);
    now += 10s;
    EXPECT_EQ(next(1), wanted);
    EXPECT_EQ(give(1, *wanted), std::nullopt);
    EXPECT_EQ(wanted->found.state, State::found);
    schedule.remove(*wanted);
    EXPECT_EQ(answer(0, *wanted, {Kind::absent}), std::nullopt);
    EXPECT_EQ(wanted->found.state, State::found);
    EXPECT_TRUE(schedule.empty());
}

TEST_F(FetchScheduleTest, AFasterSourceOvertakesASlowerOne) {
    constexpr std::size_t large = 1000000;
    schedule.add_source("slow");
    schedule.add_source("fast");
    const auto first = want(large);
    EXPECT_EQ(next(0), first);
    EXPECT_EQ(give(0, *first, large, 10s), std::nullopt);
    const auto second = want(large);
    EXPECT_EQ(next(1), second);
    EXPECT_EQ(give(1, *second, large, 1s), std::nullopt);
    const auto third = want(large);
    EXPECT_EQ(next(0), third);
    EXPECT_EQ(next(1), third);
}

TEST_F(FetchScheduleTest, AFewBlocksAreSharedOut) {
    schedule.add_source("one");
    schedule.add_source("two");
    schedule.begin_waiting(1);
    const auto first = want();
    const auto second = want();
    EXPECT_EQ(next(0), first);
    EXPECT_EQ(next(0), nullptr);  // the second is for the source that waits
    schedule.end_waiting(1);
    EXPECT_EQ(next(1), second);
}

TEST_F(FetchScheduleTest, ASourceMayComeLate) {
    schedule.add_source("one");
    const auto wanted = want();
    EXPECT_EQ(next(0), wanted);
    EXPECT_EQ(schedule.add_source("two"), 1U);
    EXPECT_EQ(answer(0, *wanted, {Kind::absent}), std::nullopt);
    EXPECT_FALSE(wanted->is_done);
    EXPECT_EQ(next(1), wanted);
}

TEST_F(FetchScheduleTest, AllCanEnd) {
    schedule.add_source("one");
    const auto asked = want();
    const auto open = want();
    EXPECT_EQ(next(0), asked);
    schedule.end_all(std::make_exception_ptr(Error(ErrorKind::again, "over")));
    EXPECT_TRUE(asked->is_done && open->is_done);
    EXPECT_NE(open->error, nullptr);
    EXPECT_EQ(next(0), nullptr);
    EXPECT_EQ(give(0, *asked), std::nullopt);
    EXPECT_EQ(asked->found.state, State::absent);
}

}  // namespace
}  // namespace msh::nodes
