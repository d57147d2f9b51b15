#include "json/line.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "base/error.hpp"

namespace msh::json {
namespace {

const char* const odd_spelling = " { \"a\" : 1.50e+1 ,\"b\\u0062\":\"x\\ny\", \"payload\" : { \"size\":007 } }";

TEST(Line, ReadsMembersOfTwoLevels) {
    const Line line = Line::parse(R"({"msh":1,"type":"object","payload":{"size":7,"x":{"size":8}},"l":[{"size":9}]})");
    EXPECT_EQ(line.number_of("msh"), 1U);
    EXPECT_EQ(line.text_of("type"), "object");
    EXPECT_EQ(line.number_of("payload.size"), 7U);
    EXPECT_EQ(line.json_of("payload.x"), R"({"size":8})");
    EXPECT_EQ(line.json_of("l"), R"([{"size":9}])");
    EXPECT_FALSE(line.has("size"));
    EXPECT_FALSE(line.text_of("msh"));
    EXPECT_EQ(line.kind_of("payload"), ValueKind::object);
}

TEST(Line, RefusesWhatIsNoJsonObject) {
    for (const char* bad : {"", "1", "[]", "\"x\"", "null", "true", "{", "{}x", "{\"a\":}", "{\"a\":1,}", "{'a':1}",
                            "{\"a\":\"\xff\"}", "{\"a\":1}{}", "\xef\xbb\xbf{\"a\":1}", odd_spelling}) {
        EXPECT_THROW((void)Line::parse(bad), Error) << bad;
    }
}

TEST(Line, RefusesADoubleMember) {
    EXPECT_THROW((void)Line::parse(R"({"a":1,"a":2})"), Error);
    EXPECT_THROW((void)Line::parse(R"({"a":1,"\u0061":2})"), Error);
    EXPECT_THROW((void)Line::parse(R"({"p":{"a":1,"a":2}})"), Error);
    EXPECT_NO_THROW((void)Line::parse(R"({"p":{"a":1},"a":2,"q":{"a":1}})"));
}

// Long plain strings are passed over by the parser; whatever is in or around one, it must come to the same as if not.
TEST(Line, LongStringsAreReadAsShortOnes) {
    const std::string plain(100, 'x');
    EXPECT_EQ(Line::parse("{\"a\":\"" + plain + "\"}").text_of("a"), plain);
    EXPECT_EQ(Line::parse("{\"" + plain + "\":7}").number_of(plain), 7U);
    EXPECT_THROW((void)Line::parse("{\"" + plain + "\":7,\"" + plain + "\":8}"), Error);
    EXPECT_THROW((void)Line::parse("{\"" + plain + "\":7,\"\\u0078" + plain.substr(1) + "\":8}"), Error);
    EXPECT_EQ(Line::parse("{\"a\":\"" + plain + "\\n\"}").text_of("a"), plain + "\n");
    EXPECT_EQ(Line::parse("{\"a\":\"" + plain + "\\\"\"}").text_of("a"), plain + "\"");
    EXPECT_EQ(Line::parse("{\"a\":\"" + plain + "\xc3\xa9\"}").text_of("a"), plain + "\xc3\xa9");
    for (const std::string& bad :
         {plain + "\n", plain + '\0', plain + "\x1f", plain + "\xff", plain + "\xc3", plain + "\\x"}) {
        EXPECT_THROW((void)Line::parse("{\"a\":\"" + bad + "\"}"), Error);
    }
    for (const char* bad : {"", "\"", "\"\"}", "\\\"}", "\" \"b\":1}"}) {
        EXPECT_THROW((void)Line::parse("{\"a\":\"" + plain + bad), Error) << bad;
    }
}

TEST(Line, RefusesALongName) {
    EXPECT_NO_THROW((void)Line::parse("{\"" + std::string(256, 'x') + "\":{\"a\":1}}"));
    EXPECT_THROW((void)Line::parse("{\"" + std::string(257, 'x') + "\":{\"a\":1}}"), Error);
    EXPECT_NO_THROW((void)Line::parse("{\"a\":[{\"" + std::string(257, 'x') + "\":1}]}"));
}

TEST(Line, AcceptsWhatTheParserAccepts) {
    std::mt19937 random(20240611);
    const std::string alphabet = "{}[]:,\"\"\"\\u00abn 1-.etrufls\n\xc3\xa9";
    int sound = 0;
    for (int round = 0; round < 20000; ++round) {
        const auto text = [&] { return std::string(random() % 3 == 0 ? random() % 70 : random() % 4, 'x'); };
        std::string line = "{\"" + text() + "a\":\"" + text() + "\",\"" + text() + "b\":[\"" + text() + "\",{\"" +
                           text() + "\":\"" + text() + "\\n" + text() + "\"}],\"c\":1}";
        for (auto changes = random() % 3; changes > 0; --changes)
            line[random() % line.size()] = alphabet[random() % alphabet.size()];
        const bool is_json = nlohmann::json::accept(line);
        bool read = true;
        try {
            const Line parsed = Line::parse(line);
            const nlohmann::json model = nlohmann::json::parse(line);
            for (const auto& [name, value] : model.items()) {
                if (name.find('.') != std::string::npos) continue;
                ASSERT_TRUE(parsed.has(name)) << line;
                if (value.is_string()) {
                    ASSERT_EQ(parsed.text_of(name), value.get<std::string>()) << line;
                }
            }
            ++sound;
        } catch (const Error& error) {
            if (error.what() == std::string("duplicate member")) continue;
            read = false;
        }
        ASSERT_EQ(read, is_json) << line;
    }
    EXPECT_GT(sound, 5000);
}

TEST(Line, ADotInANameIsNoPath) {
    Line line = Line::parse(R"({"payload.cid":1,"payload":{"cid":2}})");
    EXPECT_EQ(line.number_of("payload.cid"), 2U);
    line.remove("payload.cid");
    EXPECT_EQ(line.text(), R"({"payload.cid":1,"payload":{}})");
}

TEST(Line, SplicingKeepsEveryOtherByte) {
    Line line =
        Line::parse(" { \"a\" : 1.50e+1 ,\"\\u0062b\":\"x\\ny\", \"payload\" : { \"size\": 7 , \"path\":\"/p\" } } ");
    line.set("payload.cid", "\"bafk\"");
    line.remove("payload.path");
    line.set("anchor", "{\"index\":1}");
    EXPECT_EQ(line.text(),
              " { \"a\" : 1.50e+1 ,\"\\u0062b\":\"x\\ny\", \"payload\" : { \"size\": 7,\"cid\":\"bafk\" "
              "},\"anchor\":{\"index\":1} } ");
    EXPECT_EQ(line.json_of("payload.cid"), "\"bafk\"");
    EXPECT_EQ(line.json_of("anchor"), "{\"index\":1}");
    line.set("a", "2");
    EXPECT_EQ(line.json_of("payload.cid"), "\"bafk\"");
    EXPECT_THROW(line.set("nobody.x", "1"), Error);
    EXPECT_THROW(line.set("a.x", "1"), Error);
}

TEST(Line, EmptyObjects) {
    Line line = Line::parse("{ }");
    line.set("a", "1");
    line.set("b", "{}");
    EXPECT_EQ(nlohmann::json::parse(line.text()), nlohmann::json::parse(R"({"a":1,"b":{}})"));
    line.remove("a");
    line.remove("b");
    EXPECT_EQ(nlohmann::json::parse(line.text()), nlohmann::json::object());
}

// Random edits of random objects, against nlohmann's own idea of the same.
TEST(Line, AgreesWithAModel) {
    std::mt19937 random(7);
    const std::vector<std::string> names{"a", "b", "c", "p.x", "p.y", "p.z"};
    for (int round = 0; round < 2000; ++round) {
        nlohmann::ordered_json model = nlohmann::ordered_json::object();
        if (random() % 2 == 0) model["a"] = 1.25;
        model["p"] = nlohmann::ordered_json::object();
        if (random() % 2 == 0) model["p"]["x"] = "text, {\"}";
        if (random() % 2 == 0) model["b"] = {1, "two", {{"a", nullptr}}};
        Line line = Line::parse(random() % 2 == 0 ? model.dump() : model.dump(2));
        for (int edit = 0; edit < 8; ++edit) {
            const std::string& name = names[random() % names.size()];
            nlohmann::ordered_json& home = name.size() == 1 ? model : model["p"];
            const std::string key = name.substr(name.size() - 1);
            if (random() % 2 == 0) {
                home[key] = edit;
                line.set(name, std::to_string(edit));
            } else {
                home.erase(key);
                line.remove(name);
            }
            ASSERT_EQ(nlohmann::json::parse(line.text()), nlohmann::json(model)) << line.text();
        }
    }
}

}  // namespace
}  // namespace msh::json
