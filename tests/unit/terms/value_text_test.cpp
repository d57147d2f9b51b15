#include "terms/value_text.hpp"

#include <gtest/gtest.h>

namespace msh::terms {
namespace {

using namespace std::string_view_literals;
using Parts = std::vector<std::string_view>;

TEST(ValueText, TrimsPaddingAtBothEnds) {
    EXPECT_EQ(trim_padding(" \0a b\0 \0"sv), "a b");
    EXPECT_EQ(trim_padding("a"), "a");
    EXPECT_EQ(trim_padding(" \0 "sv), "");
    EXPECT_EQ(trim_padding(""), "");
    EXPECT_EQ(trim_padding("\ta\n"), "\ta\n");
}

TEST(ValueText, SplitsIntoOnePartAtLeast) {
    EXPECT_EQ(split("", '\\'), Parts{""});
    EXPECT_EQ(split("a", '\\'), Parts{"a"});
    EXPECT_EQ(split("a\\\\b\\", '\\'), (Parts{"a", "", "b", ""}));
    EXPECT_EQ(split("a^b=c", '='), (Parts{"a^b", "c"}));
}

TEST(ValueText, UpperCaseIsThatOfAsciiAlone) {
    EXPECT_EQ(upper_ascii("ybr_Full 422\0"sv), "YBR_FULL 422\0"sv);
    EXPECT_EQ(upper_ascii("M\xfcller"), "M\xfcLLER");
}

}  // namespace
}  // namespace msh::terms
