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

// What is printed.
std::string printed(const std::vector<const char*>& arguments) {
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(parse(arguments).outcome, Options::Outcome::help_shown);
    return ::testing::internal::GetCapturedStdout();
}

TEST(Options, HelpAndVersionArePrintedWhateverElseIsGiven) {
    const std::string help =
        "Usage: msh-test [OPTION]... [FILE]...\n"
        "Test.\n"
        "\n"
        "Options:\n"
        "  -h, --help                  show this help and exit\n"
        "  -V, --version               show the version and exit\n"
        "  -f, --flag                  a flag\n"
        "  -o, --output FILE           a file\n"
        "      --allow[=WORD]          words\n"
        "      --many DIR              a folder\n";
    EXPECT_EQ(printed({"-h"}), help);
    EXPECT_EQ(printed({"file", "--help", "-o", "out"}), help);
    EXPECT_EQ(printed({"--help", "--version"}), help);
    EXPECT_EQ(printed({"-V"}), "msh-test (msh) " MSH_VERSION "\n");
}

TEST(Options, HelpIsWrappedAndEndsWithTheEpilogue) {
    bool flag = false;
    std::optional<std::string> value;
    Options options("msh-test", "Test.", "[OPTION]...");
    options.flag("--flag", flag,
                 "a text that is longer than the rest of a line of eighty columns and so goes on in the next one");
    options.value("--a-name-that-is-rather-long", value, "NUMBER", "below it");
    options.epilogue("The end.\n" + std::string(70, 'x') + " is wrapped too.");
    const std::vector<const char*> arguments{"msh-test", "--help"};
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(options.parse(2, arguments.data()), Options::Outcome::help_shown);
    const std::string text = ::testing::internal::GetCapturedStdout();
    EXPECT_TRUE(
        text.ends_with("      --flag                  a text that is longer than the rest of a line of\n"
                       "                              eighty columns and so goes on in the next one\n"
                       "      --a-name-that-is-rather-long NUMBER\n"
                       "                              below it\n"
                       "\n"
                       "The end.\n" +
                       std::string(70, 'x') +
                       " is\n"
                       "wrapped too.\n"))
        << text;
}

TEST(Options, BehindTwoDashesEverythingIsAnOperand) {
    const Parsed parsed = parse({"-f", "--", "-o", "--help", "--", "-9"});
    EXPECT_EQ(parsed.outcome, Options::Outcome::run);
    EXPECT_FALSE(parsed.value);
    EXPECT_EQ(parsed.operands, std::vector<std::string>({"-o", "--help", "--", "-9"}));
    EXPECT_EQ(parse({"-"}).operands, std::vector<std::string>({"-"}));
}

TEST(Options, FlagsMayBeGivenTwiceAndShortOnesTogether) {
    EXPECT_TRUE(parse({"-f", "--flag"}).flag);
    const Parsed parsed = parse({"-foout", "file"});
    EXPECT_TRUE(parsed.flag);
    EXPECT_EQ(parsed.value, "out");
    EXPECT_EQ(parsed.operands, std::vector<std::string>({"file"}));
}

TEST(Options, AValueMayLookLikeAnOption) {
    EXPECT_EQ(parse({"--output=-f"}).value, "-f");
    EXPECT_EQ(parse({"--output=a=b"}).value, "a=b");
}

TEST(Options, UnknownOnesAreRefusedWhateverTheyLookLike) {
    const auto refused = [](const std::vector<const char*>& arguments) {
        try {
            (void)parse(arguments);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            EXPECT_EQ(error.hint(), "try 'msh-test --help'");
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    EXPECT_EQ(refused({"-x"}), "unknown option '-x'");
    EXPECT_EQ(refused({"--unknown", "file"}), "unknown option '--unknown'");
    EXPECT_EQ(refused({"--unknown=Doe^John"}), "unknown option '--unknown'");
    EXPECT_EQ(refused({"-1"}), "unknown option '-1'");
    EXPECT_EQ(refused({"-f2"}), "unknown option '-2'");
    EXPECT_EQ(refused({"file", "-o", "-1", "-2"}), "unknown option '-2'");
    EXPECT_EQ(refused({"--out", "x"}), "unknown option '--out'");
    EXPECT_EQ(refused({"--flag=1", "x"}), "accepted");
    EXPECT_EQ(refused({"--flag=Doe"}), "a value was given to an option that takes none");
}

TEST(Options, WithoutOperandsThereIsNoPlaceForOne) {
    Options options("msh-test", "Test.", "");
    const std::vector<const char*> arguments{"msh-test", "Doe^John"};
    try {
        (void)options.parse(2, arguments.data());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        EXPECT_EQ(std::string(error.what()), "too many operands");
    }
}

TEST(Options, OfACommandAreItsOwn) {
    bool shown = false;
    bool made = false;
    bool flag = false;
    Options options("msh-test", "Test.", "COMMAND");
    Options& show = options.command("show", "show it", "[OPTION]...", shown);
    show.flag("--brief", flag, "a flag");
    (void)options.command("make", "make it", "[OPTION]...", made);
    const auto run = [&](std::vector<const char*> arguments) {
        arguments.insert(arguments.begin(), "msh-test");
        return options.parse(static_cast<int>(arguments.size()), arguments.data());
    };
    EXPECT_EQ(run({"show", "--brief"}), Options::Outcome::run);
    EXPECT_TRUE(shown && flag && !made);
    EXPECT_THROW((void)run({"make", "--brief"}), Error);
    EXPECT_THROW((void)run({"show", "make"}), Error);
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run({"show", "--help"}), Options::Outcome::help_shown);
    EXPECT_TRUE(::testing::internal::GetCapturedStdout().starts_with("Usage: msh-test show [OPTION]...\nShow it.\n"));
}

TEST(Options, NamedFilesHaveTheRolesOfTheirOptions) {
    std::optional<std::string> output;
    std::optional<std::string> proofs;
    std::optional<std::string> project;
    std::vector<std::string> from;
    std::vector<std::string> operands;
    Options options("msh-test", "Test.", "");
    options.value("-o,--output", output, "FILE", "a file", Role::output);
    options.value("--proof", proofs, "DIR", "a folder", Role::output_folder, ".proof");
    options.value("--project", project, "NAME", "a name");
    options.values("--from", from, "PLACE", "places", Role::input);
    options.operands(operands);
    const std::vector<const char*> arguments{"msh-test", "a",  "--from", "b",         "--from", "c", "--proof",
                                             "d",        "-o", "e",      "--project", "f",      "g"};
    (void)options.parse(static_cast<int>(arguments.size()), arguments.data());
    std::vector<std::string> named;
    for (const NamedFile& file : options.named_files())
        named.push_back(file.label + "=" + file.name + file.ending + "/" + std::to_string(static_cast<int>(file.role)));
    const auto with = [](Role role) { return "/" + std::to_string(static_cast<int>(role)); };
    EXPECT_EQ(named,
              std::vector<std::string>({"-o=e" + with(Role::output), "--proof=d.proof" + with(Role::output_folder),
                                        "--from=b" + with(Role::input), "--from=c" + with(Role::input),
                                        "FILE=a" + with(Role::input), "FILE=g" + with(Role::input)}));
}

}  // namespace
}  // namespace msh::cli
