// Batches that overlap, threads that do not begin, and a pipe that is slow.
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <thread>
#include <unistd.h>

#include "unit/cli/no_threads.hpp"
#include "unit/cli/record_loop_support.hpp"
#include "unit/cli/terminal.hpp"

namespace msh::cli {
namespace {

TEST_F(RecordLoopTest, OverlappedBatchesLeaveInOrderAndAfterTheirRests) {
    const std::vector<std::string> lines = object_lines(5 * batch_size);
    add_file("a", lines);
    const ExitCode code = run_overlapped([](Batch& batch) -> RecordLoop::Rest {
        return [items = batch.objects()] {
            for (Item* const item : items) {
                item->line.set("y", "2");
                if (item->position % batch_size == 7) item->fail(Error(ErrorKind::input, "the seventh"));
            }
        };
    });
    EXPECT_EQ(code, ExitCode::bad_input);
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if ((i + 1) % batch_size != 7) expected.push_back(lines[i].substr(0, lines[i].size() - 1) + R"(,"y":2})");
    }
    EXPECT_EQ(lines_left(), expected);
    EXPECT_NE(said_.find("record 4103: the seventh\n"), std::string::npos) << said_;
}

// Each rest waits for a while for the next step to begin; where none ever does, steps and rests take turns.
TEST_F(RecordLoopTest, ARestRunsWhileTheNextStepDoes) {
    constexpr std::chrono::milliseconds parsing{100};  // of the next batch
    constexpr std::chrono::milliseconds patience{200};
    add_file("a", std::vector<std::string>(10 * batch_size, "{}"));
    std::mutex mutex;
    std::condition_variable begun;
    std::size_t steps = 0;
    std::size_t overlaps = 0;
    const ExitCode code = run_overlapped([&](Batch& /*batch*/) -> RecordLoop::Rest {
        const std::scoped_lock lock(mutex);
        const std::size_t step = ++steps;
        begun.notify_all();
        std::this_thread::sleep_for(parsing);
        return [&, step] {
            std::unique_lock waiting(mutex);
            if (begun.wait_for(waiting, patience, [&] { return steps > step; })) ++overlaps;
        };
    });
    EXPECT_EQ(code, ExitCode::done);
    EXPECT_EQ(steps, 10U);
    EXPECT_GT(overlaps, 0U);
}

TEST_F(RecordLoopTest, AnErrorOfARestEndsTheRunAndItsBatchStays) {
    const std::vector<std::string> lines = object_lines(3 * batch_size);
    add_file("a", lines);
    const auto call = [&] {
        (void)run_overlapped([](Batch& batch) -> RecordLoop::Rest {
            const bool is_second = batch.items()[0].position == batch_size + 1;
            return [is_second] {
                if (is_second) throw Error(ErrorKind::failed, "the disk is full");
            };
        });
    };
    expect_error(call, "the disk is full");
    EXPECT_EQ(lines_left(), std::vector<std::string>(lines.begin(), lines.begin() + batch_size));
}

TEST_F(RecordLoopTest, AnErrorOfAStepWaitsForTheRestBeforeIt) {
    add_file("a", object_lines(2 * batch_size));
    std::atomic<bool> has_ended = false;
    const auto call = [&] {
        (void)run_overlapped([&](Batch& batch) -> RecordLoop::Rest {
            if (batch.items()[0].position > 1) throw Error(ErrorKind::failed, "the disk is full");
            return [&has_ended] {
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
                has_ended = true;
            };
        });
        FAIL();
    };
    expect_error(call, "the disk is full");
    EXPECT_TRUE(has_ended);
}

TEST_F(RecordLoopTest, WhereNoThreadBeginsEverythingIsDoneInTurn) {
    const std::vector<std::string> lines = object_lines(3 * batch_size);
    add_file("a", lines);
    const NoThreads no_threads;
    EXPECT_EQ(run(nothing), ExitCode::done);
    EXPECT_EQ(lines_left(), lines);
    std::size_t rests = 0;
    EXPECT_EQ(run_overlapped([&](Batch& /*batch*/) -> RecordLoop::Rest { return [&rests] { ++rests; }; }),
              ExitCode::done);
    EXPECT_EQ(rests, 3U);
    EXPECT_EQ(lines_left(), lines);
    const auto fails = [&] {
        (void)run_overlapped([](Batch& /*batch*/) -> RecordLoop::Rest {
            return [] { throw Error(ErrorKind::failed, "the disk is full"); };
        });
    };
    expect_error(fails, "the disk is full");
    EXPECT_EQ(left_, "");
}

// The next line is written once the one before it has come out; whoever keeps it waits for ever.
class Dialogue : public RecordLoopTest {
  protected:
    Dialogue() {
        EXPECT_EQ(::pipe2(in_.data(), O_CLOEXEC), 0);
        EXPECT_EQ(::pipe2(out_.data(), O_CLOEXEC), 0);
    }
    ~Dialogue() override {
        for (const int fd : {in_[0], out_[0], out_[1]})
            ::close(fd);
    }
    // Whether each of three lines came out before the next went in.
    bool hold(const Run& call) {
        bool is_prompt = true;
        std::thread other([&] {
            for (int i = 0; i < 3 && is_prompt; ++i) {
                const std::string line = object_line(1) + "\n";
                is_prompt = ::write(in_[1], line.data(), line.size()) == static_cast<ssize_t>(line.size());
                is_prompt = is_prompt && comes_out(line.size());
            }
            ::close(in_[1]);
        });
        {
            const Replaced input(STDIN_FILENO, in_[0]);
            const Replaced out(STDOUT_FILENO, out_[1]);
            Output output(std::nullopt);
            RecordLoop loop({}, common_, output);
            EXPECT_EQ(call(loop), ExitCode::done);
        }
        other.join();
        return is_prompt;
    }

  private:
    [[nodiscard]] bool comes_out(std::size_t size) const {
        constexpr int for_ever = 30'000;  // milliseconds
        std::string text(size, ' ');
        for (std::size_t got = 0; got < size;) {
            pollfd ready{out_[0], POLLIN, 0};
            if (::poll(&ready, 1, for_ever) != 1) return false;
            const ssize_t some = ::read(out_[0], text.data(), size - got);
            if (some <= 0) return false;
            got += static_cast<std::size_t>(some);
        }
        return true;
    }

    std::array<int, 2> in_{};
    std::array<int, 2> out_{};
};

TEST_F(Dialogue, ARecordDoesNotWaitForTheNext) {
    EXPECT_TRUE(hold([](RecordLoop& loop) { return loop.run(nothing); }));
}

TEST_F(Dialogue, NorDoesItWhereRestsAreLeftForLater) {
    EXPECT_TRUE(hold([](RecordLoop& loop) {
        return loop.run_overlapped([](Batch& /*batch*/) -> RecordLoop::Rest { return [] {}; });
    }));
}

}  // namespace
}  // namespace msh::cli
