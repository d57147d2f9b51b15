#include "base/parallel.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

namespace msh {
namespace {

TEST(Parallel, DoesEachOnce) {
    std::vector<std::atomic<int>> times(10000);
    parallel_for(times.size(), 4, [&](std::size_t i) { ++times[i]; });
    for (const auto& count : times)
        ASSERT_EQ(count, 1);
    parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

TEST(Parallel, ThrowsTheFirstExceptionOn) {
    std::atomic<int> after{0};
    const auto work = [&](std::size_t i) {
        if (i == 3) throw std::runtime_error("three");
        if (i > 3) ++after;
    };
    EXPECT_THROW(parallel_for(1000000, 4, work), std::runtime_error);
    EXPECT_LT(after, 1000000 - 4);
}

TEST(Parallel, DoesAllBelowTheLastWhileThereIsMore) {
    for (const unsigned threads : {1U, 4U}) {
        std::vector<std::atomic<int>> times(10000);
        std::atomic<std::size_t> held{0};
        const std::size_t done = parallel_while(
            times.size(), threads, [&] { return held < 100; },
            [&](std::size_t i) {
                ++times[i];
                ++held;
            });
        EXPECT_GE(done, 100U);
        EXPECT_LT(done, 100U + threads);
        for (std::size_t i = 0; i < times.size(); ++i)
            ASSERT_EQ(times[i], i < done ? 1 : 0) << i;
    }
    EXPECT_EQ(parallel_while(
                  7, 4, [] { return true; }, [](std::size_t) {}),
              7U);
    EXPECT_EQ(parallel_while(
                  7, 4, [] { return false; }, [](std::size_t) {}),
              0U);
}

}  // namespace
}  // namespace msh
