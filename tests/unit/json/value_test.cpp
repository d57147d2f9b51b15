#include "json/value.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace msh::json {
namespace {

TEST(Value, ATree) {
    const auto value = Value::parse(R"( {"a":[1,"two",null,true,-3,4.5,{"b":"c"}],"d":{"e":18446744073709551615}} )");
    ASSERT_TRUE(value && value->is_object());
    const std::vector<Value>& items = value->at("a").items();
    ASSERT_EQ(items.size(), 7U);
    EXPECT_EQ(items[0].number(), 1U);
    EXPECT_EQ(items[1].text(), "two");
    EXPECT_TRUE(items[2].is_null());
    for (const std::size_t i : {3U, 4U, 5U}) {
        EXPECT_EQ(items[i].kind(), Value::Kind::other);
        EXPECT_EQ(items[i].number(), std::nullopt);
    }
    EXPECT_EQ(items[6].at("b").text(), "c");
    EXPECT_EQ(value->at("d").at("e").number(), 18446744073709551615U);
}

TEST(Value, WhatIsMissingOrOfAnotherKindIsEmpty) {
    const auto value = Value::parse(R"({"text":"x","number":1,"list":[]})");
    ASSERT_TRUE(value);
    EXPECT_EQ(value->find("none"), nullptr);
    EXPECT_TRUE(value->at("none").at("none").is_null());
    EXPECT_EQ(value->at("number").text(), "");
    EXPECT_EQ(value->at("text").number(), std::nullopt);
    EXPECT_TRUE(value->at("text").items().empty());
    EXPECT_TRUE(value->at("list").members().empty());
}

TEST(Value, MembersKeepTheirOrderAndTheLastOfANameCounts) {
    const auto value = Value::parse(R"({"z":"1","a":"2","z":"3"})");
    ASSERT_EQ(value.value().members().size(), 3U);
    EXPECT_EQ(value->members()[0].first, "z");
    EXPECT_EQ(value->at("z").text(), "3");
}

TEST(Value, NoJson) {
    for (const std::string text : {"", " ", "{", "[1,]", "{\"a\":1,}", "nul", "{} {}", "\"\xff\"", "01", "{'a':1}"})
        EXPECT_FALSE(Value::parse(text)) << text;
}

TEST(Value, NestingIsBounded) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(Value::parse(nested(max_depth)));
    EXPECT_FALSE(Value::parse(nested(max_depth + 1)));
    EXPECT_FALSE(Value::parse(std::string(16 << 20, '[')));
}

TEST(Value, LinesOfObjects) {
    std::vector<std::string> texts;
    const auto read = [&](std::string_view lines) {
        texts.clear();
        return for_each_object(lines, 20, [&](const Value& value) { texts.push_back(value.at("a").text()); });
    };
    EXPECT_TRUE(read("{\"a\":\"1\"}\n\n{\"a\":\"2\"}"));
    EXPECT_EQ(texts, (std::vector<std::string>{"1", "2"}));
    EXPECT_TRUE(read(""));
    EXPECT_FALSE(read("{\"a\":\"1\"}\n7\n"));
    EXPECT_EQ(texts, std::vector<std::string>{"1"});
    EXPECT_FALSE(read("{\"a\":\"a longer text than that\"}\n"));
}

}  // namespace
}  // namespace msh::json
