#include "cli/options.hpp"

#include <gtest/gtest.h>

namespace msh::cli {
namespace {

struct Parsed {
    bool flag = false;
    std::optional<std::string> value;
    std::optional<std::string> allow;
    std::vector<std::string> many;
    std::vector<std::string> operands;
    Options::Outcome outcome{};
};

Parsed parse(std::vector<const char*> arguments) {
    Parsed parsed;
    Options options("msh-test", "Test.", "[OPTION]... [FILE]...");
    options.flag("-f,--flag", parsed.flag, "a flag");
    options.value("-o,--output", parsed.value, "FILE", "a file");
    options.optional_value("--allow", parsed.allow, "all", "WORD", "words");
    options.values("--many", parsed.many, "DIR", "a folder");
    options.operands(parsed.operands);
    arguments.insert(arguments.begin(), "msh-test");
    parsed.outcome = options.parse(static_cast<int>(arguments.size()), arguments.data());
    return parsed;
}

TEST(Options, Values) {
    const Parsed parsed = parse({"-f", "-o", "out", "--many", "a", "one", "--many", "b", "two"});
    EXPECT_TRUE(parsed.flag);
    EXPECT_EQ(parsed.value, "out");
    EXPECT_EQ(parsed.many, std::vector<std::string>({"a", "b"}));
    EXPECT_EQ(parsed.operands, std::vector<std::string>({"one", "two"}));
}

TEST(Options, AnOptionalValueNeverTakesTheNextOperand) {
    EXPECT_EQ(parse({"--allow", "file"}).allow, "all");
    EXPECT_EQ(parse({"--allow", "file"}).operands, std::vector<std::string>({"file"}));
    EXPECT_EQ(parse({"--allow=rgb,overlay"}).allow, "rgb,overlay");
    EXPECT_EQ(parse({"--", "--allow"}).operands, std::vector<std::string>({"--allow"}));
    EXPECT_FALSE(parse({}).allow);
}

TEST(Options, ErrorsNameTheOptionButNoValue) {
    try {
        (void)parse({"--patient=DOE"});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_EQ(std::string(error.what()), "unknown option '--patient'");
    }
    EXPECT_THROW((void)parse({"-o"}), Error);
    EXPECT_THROW((void)parse({"-o", "a", "-o", "b"}), Error);
}

}  // namespace
}  // namespace msh::cli
