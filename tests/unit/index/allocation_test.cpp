#include "index/allocation.hpp"

#include <gtest/gtest.h>
#include <numeric>
#include <random>

#include "index/format.hpp"

namespace msh::index {
namespace {

std::vector<std::uint32_t> counted(std::size_t count) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

TEST(Allocation, PutsEveryRunIntoOneOfItsCandidates) {
    std::mt19937 random(1);
    const std::uint32_t buckets = 50;
    std::vector<Candidates> candidates;
    std::uniform_int_distribution<std::uint32_t> any(0, buckets - 1);
    std::uniform_int_distribution<std::uint32_t> distance(1, buckets - 1);
    for (int i = 0; i < 2500; ++i) {
        const std::uint32_t first = any(random);
        candidates.push_back({first, (first + distance(random)) % buckets});
    }
    const std::vector<std::uint8_t> slots(candidates.size(), 1);
    const auto out = allocate(counted(slots.size()), slots, buckets, [&](std::uint32_t i) { return candidates[i]; });
    ASSERT_TRUE(out);
    std::vector<int> met(slots.size());
    for (std::uint32_t bucket = 0; bucket < buckets; ++bucket) {
        EXPECT_LE(out->bucket(bucket).size(), slots_a_page);
        for (const std::uint32_t keyword : out->bucket(bucket)) {
            ++met[keyword];
            EXPECT_TRUE(candidates[keyword].first == bucket || candidates[keyword].second == bucket);
        }
    }
    EXPECT_EQ(met, std::vector<int>(slots.size(), 1));
}

TEST(Allocation, TakesTheEmptierCandidate) {
    const std::vector<std::uint8_t> slots{16, 16, 1};
    const auto out = allocate(counted(3), slots, 3, [](std::uint32_t keyword) {
        return keyword == 0 ? Candidates{0, 1} : keyword == 1 ? Candidates{0, 2} : Candidates{2, 1};
    });
    ASSERT_TRUE(out);
    EXPECT_EQ(out->bucket(0).size(), 1U);  // the first
    EXPECT_EQ(out->bucket(2).size(), 1U);  // the second gave way
    EXPECT_EQ(out->bucket(1).size(), 1U);  // the third too
}

TEST(Allocation, SaysThatItOverflows) {
    const auto both = [](std::uint32_t /*keyword*/) { return Candidates{0, 1}; };
    EXPECT_TRUE(allocate(counted(8), std::vector<std::uint8_t>(8, 16), 2, both));
    EXPECT_FALSE(allocate(counted(9), std::vector<std::uint8_t>(9, 16), 2, both));
    EXPECT_TRUE(allocate(counted(128), std::vector<std::uint8_t>(128, 1), 2, both));
    EXPECT_FALSE(allocate(counted(129), std::vector<std::uint8_t>(129, 1), 2, both));
}

}  // namespace
}  // namespace msh::index
