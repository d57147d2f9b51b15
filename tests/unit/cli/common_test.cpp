#include "cli/common.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>

#include "base/error.hpp"
#include "cli/messages.hpp"
#include "support/temporary_folder.hpp"

namespace msh::cli {
namespace {
namespace fs = std::filesystem;

// The variables that say where the home folder is are those of the test.
class Common : public ::testing::Test {
  protected:
    Common() {
        for (const char* name : {"MSH_HOME", "XDG_DATA_HOME", "HOME"}) {
            const char* value = std::getenv(name);
            before_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
            ::unsetenv(name);
        }
    }
    ~Common() override {
        for (const auto& [name, value] : before_) {
            if (value) {
                ::setenv(name.c_str(), value->c_str(), 1);
            } else {
                ::unsetenv(name.c_str());
            }
        }
        set_quiet(false);
        set_shows_paths(false);
    }
    static std::string home(const std::optional<std::string>& option = {}) {
        CommonOptions common;
        common.home = option;
        return home_folder(common).string();
    }

    test::TemporaryFolder folder_;

  private:
    std::map<std::string, std::optional<std::string>> before_;
};

TEST_F(Common, TheHomeFolderIsTheFirstThatIsSet) {
    ::setenv("HOME", "/home/doe", 1);
    EXPECT_EQ(home(), "/home/doe/.local/share/msh");
    ::setenv("XDG_DATA_HOME", "/data", 1);
    EXPECT_EQ(home(), "/data/msh");
    ::setenv("MSH_HOME", "/msh", 1);
    EXPECT_EQ(home(), "/msh");
    EXPECT_EQ(home("/option"), "/option");
}

TEST_F(Common, WhatIsEmptyOrRelativeToNothingIsNotSet) {
    ::setenv("HOME", "/home/doe", 1);
    ::setenv("XDG_DATA_HOME", "data", 1);
    ::setenv("MSH_HOME", "", 1);
    EXPECT_EQ(home(), "/home/doe/.local/share/msh");
    ::setenv("XDG_DATA_HOME", "", 1);
    EXPECT_EQ(home(), "/home/doe/.local/share/msh");
}

TEST_F(Common, WithoutVariablesTheHomeFolderIsThatOfTheUser) {
    EXPECT_TRUE(home().ends_with("/.local/share/msh"));
}

TEST_F(Common, TheHomeFolderIsAbsolute) {
    EXPECT_EQ(home("a/../b"), (fs::current_path() / "b").string());
    ::setenv("MSH_HOME", "c", 1);
    EXPECT_EQ(home(), (fs::current_path() / "c").string());
}

TEST_F(Common, AHomeFolderThatCannotBe) {
    for (const char* name : {"", "/ho\xffme"}) {
        try {
            (void)home(name);
            ADD_FAILURE() << name;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
        }
    }
}

class CommandLine : public Common {
  protected:
    bool read(std::vector<const char*> arguments) {
        arguments.insert(arguments.begin(), "msh-test");
        Options options("msh-test", "Test.", "[OPTION]... [FILE]...");
        options.value("-o,--output", output, "FILE", "a file", Role::output);
        add_common_options(options, common);
        options.operands(operands);
        return read_command_line(options, common, static_cast<int>(arguments.size()), arguments.data());
    }
    CommonOptions common;
    std::optional<std::string> output;
    std::vector<std::string> operands;
};

TEST_F(CommandLine, OutputsAreComparedWithTheHomeFolderAndTheInputs) {
    const std::string home = folder_.path() / "home";
    const std::string inside = home + "/log";
    const std::string input = folder_.path() / "in";
    std::ofstream(input) << "text";
    EXPECT_TRUE(read({"--home", home.c_str(), input.c_str(), "-o", (input + ".out").c_str()}));
    EXPECT_THROW((void)read({"--home", home.c_str(), "-o", inside.c_str()}), Error);
    output.reset();
    operands.clear();
    EXPECT_THROW((void)read({"--home", home.c_str(), input.c_str(), "-o", input.c_str()}), Error);
}

TEST_F(CommandLine, HelpIsPrintedAndNothingElseHappens) {
    const std::string inside = folder_.path() / "log";
    ::testing::internal::CaptureStdout();
    EXPECT_FALSE(read({"--home", folder_.path().c_str(), "-o", inside.c_str(), "--help"}));
    EXPECT_TRUE(::testing::internal::GetCapturedStdout().starts_with("Usage: msh-test "));
}

TEST_F(CommandLine, MessagesAreAsAskedFor) {
    set_program_name("msh-test");
    ::testing::internal::CaptureStderr();  // which is no terminal then
    (void)read({"--home", folder_.path().c_str()});
    EXPECT_EQ(input_name("the card", "r"), "the card");
    say_note("a note");
    (void)read({"--home", folder_.path().c_str(), "-q", "--show-paths"});
    EXPECT_EQ(input_name("the card", "r"), "the card 'r'");
    say_note("another note");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "msh-test: a note\n");
}

}  // namespace
}  // namespace msh::cli
