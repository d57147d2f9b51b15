#include "cli/range.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace msh::cli {
namespace {

TEST(Range, IsAnOffsetAndALength) {
    EXPECT_FALSE(parse_range(std::nullopt));
    const auto range = parse_range("12:1048576");
    ASSERT_TRUE(range);
    EXPECT_EQ(range->offset, 12U);
    EXPECT_EQ(range->length, 1048576U);
    EXPECT_EQ(parse_range("0:1")->length, 1U);
    EXPECT_EQ(parse_range("1152921504606846976:1152921504606846976")->offset, std::uint64_t{1} << 60);
}

TEST(Range, AllElseIsAUsageError) {
    for (const std::string text :
         {"", ":", "1", "1:", ":1", "0:0", "-1:1", "1:-1", "+1:1", " 1:1", "1:1 ", "1:1:1", "0x1:1", "1.5:1", "a:b",
          "1152921504606846977:1", "1:1152921504606846977", "18446744073709551616:1"}) {
        try {
            (void)parse_range(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage) << text;
        }
    }
    EXPECT_THROW((void)parse_range(std::string("1:1\0", 4)), Error);
}

}  // namespace
}  // namespace msh::cli
