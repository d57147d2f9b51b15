#include "json/write.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace msh::json {
namespace {

TEST(Write, MembersInTheirOrder) {
    const std::vector<std::string> values{"a", "b\n"};
    EXPECT_EQ(
        Object()
            .number("msh", 1)
            .text("type", "x\"y")
            .flag("ok", true)
            .flag("no", false)
            .texts("values", values)
            .json("inner", Object().number("n", 18446744073709551615U).done())
            .done(),
        R"({"msh":1,"type":"x\"y","ok":true,"no":false,"values":["a","b\n"],"inner":{"n":18446744073709551615}})");
    EXPECT_EQ(Object().done(), "{}");
}

TEST(Write, WhatIsNothingAddsNoMember) {
    EXPECT_EQ(Object().text_if("a", std::optional<std::string>()).number_if("b", std::optional<std::uint64_t>()).done(),
              "{}");
    EXPECT_EQ(
        Object().text_if("a", std::optional<std::string>("")).number_if("b", std::optional<std::uint64_t>(0)).done(),
        R"({"a":"","b":0})");
}

TEST(Write, StringsAreEscapedAsLittleAsTheyMust) {
    EXPECT_EQ(quote(std::string("\0\x1f\b\t\n\f\r\"\\/", 10)), "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\"");
    EXPECT_EQ(quote("M\u00fcller \U0001F642"), "\"M\u00fcller \U0001F642\"");
    EXPECT_EQ(quote("a\xff"), "\"a\ufffd\"");
}

TEST(Write, Lists) {
    EXPECT_EQ(list({}), "[]");
    EXPECT_EQ(list(std::vector<std::string>{"1", "{}"}), "[1,{}]");
}

}  // namespace
}  // namespace msh::json
