#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace msh {
namespace {

TEST(Clock, WritesAndReadsRfc3339) {
    EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(32'503'679'999), "2999-12-31T23:59:59Z");
    EXPECT_EQ(from_rfc3339("2999-12-31T23:59:59Z"), 32'503'679'999);
    EXPECT_EQ(from_rfc3339("2999-12-31"), 32'503'593'600);
    for (const char* text : {"", "2999-02-30", "2999-1-1", "2999-12-31T23:59:59", "2999-12-31T23:59:60Z"})
        EXPECT_FALSE(from_rfc3339(text)) << text;
}

TEST(Clock, WritesNothingOfNothing) {
    EXPECT_EQ(to_rfc3339(std::optional<std::int64_t>(0)), "1970-01-01T00:00:00Z");
    EXPECT_FALSE(to_rfc3339(std::optional<std::int64_t>()));
}

}  // namespace
}  // namespace msh
