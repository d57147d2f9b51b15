#include "base/text.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace msh {
namespace {

TEST(FoldCase, EqualNamesMeet) {
    EXPECT_EQ(fold_case("DOE^John"), fold_case("doe^JOHN"));
    EXPECT_EQ(fold_case("Stra\xc3\x9f"
                        "e"),
              fold_case("STRASSE"));
    EXPECT_EQ(fold_case("Mu\xcc\x88ller"), fold_case("M\xc3\xbcller"));
    EXPECT_EQ(fold_case("\xc3\x84"), "\xc3\xa4");
    EXPECT_FALSE(fold_case("\xff"));
    EXPECT_EQ(fold_case(""), "");
}

TEST(Utf8, ValidAndNot) {
    EXPECT_TRUE(is_valid_utf8("\xe5\xb1\xb1\xe7\x94\xb0"));
    EXPECT_FALSE(is_valid_utf8("\xe5\xb1"));
    EXPECT_FALSE(is_valid_utf8("\xc0\x80"));
}

TEST(Clock, Rfc3339) {
    EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(from_rfc3339("2024-02-29T23:59:59Z"), 1709251199);
    EXPECT_EQ(from_rfc3339("2024-02-29"), 1709164800);
    for (const char* bad : {"2024-02-30", "2024-2-3", "", "tomorrow", "2024-02-29T23:59:59", "2024-02-29Z"}) {
        EXPECT_FALSE(from_rfc3339(bad)) << bad;
    }
}

}  // namespace
}  // namespace msh
