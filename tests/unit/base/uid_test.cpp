#include "base/uid.hpp"

#include <gtest/gtest.h>
#include <string>

namespace msh {
namespace {

TEST(IsUid, TakesDigitsInComponents) {
    EXPECT_TRUE(is_uid("1"));
    EXPECT_TRUE(is_uid("1.2.840.10008.1.1"));
    EXPECT_TRUE(is_uid("1.02"));
    EXPECT_TRUE(is_uid(std::string(64, '1')));
}

TEST(IsUid, RefusesWhatIsNoneOrMightBeAPath) {
    for (const std::string text : {"", ".", "..", ".1", "1.", "1..2", "1/2", "../1", "1 ", " 1", "1a", "1\\2"}) {
        EXPECT_FALSE(is_uid(text)) << text;
    }
    EXPECT_FALSE(is_uid(std::string_view("1\0", 2)));
    EXPECT_FALSE(is_uid(std::string(65, '1')));
}

}  // namespace
}  // namespace msh
