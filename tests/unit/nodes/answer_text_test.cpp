#include "nodes/answer_text.hpp"

#include <gtest/gtest.h>

namespace msh::nodes {
namespace {

TEST(ErrorMessage, IsALineThatShowsAsWhatItIs) {
    EXPECT_EQ(read_error_message(R"({"Message":"no room","Code":0})"), "no room");
    EXPECT_EQ(read_error_message(R"({"code":500,"message":"no room"})"), "no room");
    EXPECT_EQ(read_error_message(R"({"error":{"reason":"NO_ROOM"}})"), "NO_ROOM");
    EXPECT_EQ(read_error_message(R"({"Message":"a\n\u001b[31m\u0000\u00e9\u007f"})"), "a??[31m????");
    EXPECT_EQ(read_error_message(R"({"error":{"reason":"NO_ROOM","details":"3 GB over"}})"), "NO_ROOM: 3 GB over");
    EXPECT_EQ(read_error_message(R"({"error":{"details":"3 GB over"}})"), "3 GB over");
    // The reason stands at the end.
    const std::string line = read_error_message(R"({"Message":"pin: )" + std::string(5000, 'x') + ": no room\"}");
    EXPECT_EQ(line.size(), 400U);
    EXPECT_TRUE(line.starts_with("pin: xxx") && line.ends_with("xxx: no room")) << line;
    EXPECT_NE(line.find("x ... x"), std::string::npos) << line;
    for (const std::string text : {"", "no room", R"({"Message":7})", R"({"error":"x"})", R"({"error":{"reason":{}}})"})
        EXPECT_EQ(read_error_message(text), "") << text;
}

}  // namespace
}  // namespace msh::nodes
