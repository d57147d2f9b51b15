#include "cli/repeated_errors.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "cli/messages.hpp"

namespace msh::cli {
namespace {

std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(RepeatedErrors, TenAreWrittenAndTheOthersCounted) {
    set_program_name("msh-test");
    ::testing::internal::CaptureStderr();
    {
        RepeatedErrors errors;
        for (int i = 1; i <= 5000; ++i)
            errors.say("record " + std::to_string(i), Error(ErrorKind::input, "the server is gone", "look after it"));
        errors.say("record 5001", Error(ErrorKind::input, "another"));
    }
    const std::string text = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(lines_of(text), 13U);
    EXPECT_TRUE(text.starts_with("msh-test: error: record 1: the server is gone\nmsh-test: hint: look after it\n"));
    EXPECT_NE(text.find("record 10: "), std::string::npos);
    EXPECT_EQ(text.find("record 11: "), std::string::npos);
    EXPECT_TRUE(
        text.ends_with("msh-test: error: record 5001: another\n"
                       "msh-test: error: ... and 4,990 more like it: the server is gone\n"));
}

TEST(RepeatedErrors, ThoseOfOtherBlocksSayTheSame) {
    ::testing::internal::CaptureStderr();
    {
        RepeatedErrors errors;
        for (int i = 0; i < 12; ++i) {
            const std::string cid =
                "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s5" + std::to_string(100 + i);
            errors.say("", Error(ErrorKind::input, "block " + cid + " is gone"));
        }
    }
    const std::string text = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(lines_of(text), 11U);
    EXPECT_TRUE(text.ends_with("error: ... and 2 more like it: block ... is gone\n")) << text;
}

TEST(RepeatedErrors, KindsAreApartAndTheEndIsSaidOnce) {
    ::testing::internal::CaptureStderr();
    RepeatedErrors errors;
    for (int i = 0; i < 10; ++i) {
        errors.say("", Error(ErrorKind::input, "the same"));
        errors.say("", Error(ErrorKind::again, "the same"));
    }
    errors.finish();
    EXPECT_EQ(lines_of(::testing::internal::GetCapturedStderr()), 20U);
    ::testing::internal::CaptureStderr();
    for (int i = 0; i < 11; ++i)
        errors.say("", Error(ErrorKind::input, "the same"));
    errors.finish();
    errors.finish();
    EXPECT_EQ(lines_of(::testing::internal::GetCapturedStderr()), 11U);
}

}  // namespace
}  // namespace msh::cli
