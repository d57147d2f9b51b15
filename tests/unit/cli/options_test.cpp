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
    options.value("-o,--output", parsed.value, "FILE", "a file", Role::output);
    options.optional_value("--allow", parsed.allow, "all", "WORD", "words");
    options.values("--many", parsed.many, "DIR", "a folder", Role::input);
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

TEST(Options, NothingBehindTheEqualsSignIsAnEmptyValue) {
    const Parsed parsed = parse({"--output=", "--many=", "one", "--many", "--output=", "two"});
    EXPECT_EQ(parsed.value, "");
    EXPECT_EQ(parsed.many, std::vector<std::string>({"", "--output="}));
    EXPECT_EQ(parsed.operands, std::vector<std::string>({"one", "two"}));
    EXPECT_EQ(parse({"--allow=", "file"}).allow, "");
    EXPECT_EQ(parse({"--allow=", "file"}).operands, std::vector<std::string>({"file"}));
    EXPECT_EQ(parse({"--", "--output=", "x"}).operands, std::vector<std::string>({"--output=", "x"}));
    EXPECT_EQ(parse({"-o", "--allow", "x"}).operands, std::vector<std::string>({"x"}));
    EXPECT_THROW((void)parse({"--flag=", "file"}), Error);
    EXPECT_THROW((void)parse({"--output=", "--output", "b"}), Error);
    EXPECT_THROW((void)parse({"--unknown=", "file"}), Error);
}

TEST(Options, FilesHaveARole) {
    std::optional<std::string> value;
    std::vector<std::string> many;
    Options options("msh-test", "Test.", "[OPTION]...");
    EXPECT_THROW(options.value("--report", value, "FILE", "a file"), std::logic_error);
    EXPECT_THROW(options.values("--store", many, "DIR", "a folder"), std::logic_error);
}

TEST(Options, NamedFilesAreThoseOfTheCommandThatWasChosen) {
    std::optional<std::string> list;
    std::optional<std::string> other;
    std::vector<std::string> operands;
    bool chosen = false;
    bool not_chosen = false;
    Options options("msh-test", "Test.", "COMMAND");
    Options& backup = options.command("backup", "Back up.", "FILE", chosen);
    backup.value("-l,--list", list, "FILE", "a list", Role::input);
    backup.value("--label", other, "TEXT", "a label");
    backup.operands(operands, Role::output);
    Options& restore = options.command("restore", "Restore.", "FILE", not_chosen);
    restore.operands(operands);
    const std::vector<const char*> arguments{"msh-test", "backup", "--list", "in", "--label", "x", "out"};
    (void)options.parse(static_cast<int>(arguments.size()), arguments.data());
    const std::vector<NamedFile> files = options.named_files();
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].role, Role::input);
    EXPECT_EQ(files[0].label, "-l");
    EXPECT_EQ(files[0].name, "in");
    EXPECT_EQ(files[1].role, Role::output);
    EXPECT_EQ(files[1].name, "out");
}

TEST(Options, ErrorsNameTheOptionButNoValue) {
    try {
        (void)parse({"--patient=DOE"});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_EQ(std::string(error.what()), "unknown option '--patient'");
    }
    const auto message_of = [](const std::vector<const char*>& arguments) -> std::string {
        try {
            (void)parse(arguments);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message_of({"-o"}), "--output needs a value");
    EXPECT_EQ(message_of({"-o", "a", "-o", "b"}), "--output can be given only once");
}

}  // namespace
}  // namespace msh::cli
