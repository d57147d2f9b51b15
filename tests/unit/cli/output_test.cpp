#include "cli/output.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "support/temporary_folder.hpp"
#include "unit/cli/terminal.hpp"

namespace msh::cli {
namespace {
namespace fs = std::filesystem;

class OutputTest : public ::testing::Test {
  protected:
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    [[nodiscard]] std::string text_of(const std::string& name) const {
        std::ifstream in(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
    }
    template <typename Call>
    static ErrorKind kind_of(Call call) {
        try {
            call();
        } catch (const Error& error) {
            return error.kind();
        }
        ADD_FAILURE() << "no error";
        return {};
    }

    test::TemporaryFolder folder_;
};

TEST_F(OutputTest, AFileHasItsNameOnceItIsWhole) {
    {
        Output output(path("out"));
        output.put_line("one");
        output.flush();
        EXPECT_FALSE(fs::exists(path("out")));
        output.put("two");
        output.commit();
    }
    EXPECT_EQ(text_of("out"), "one\ntwo");
    EXPECT_EQ(files(), 1U);
}

TEST_F(OutputTest, WithoutACommitNothingHasHappened) {
    std::ofstream(path("out")) << "before";
    {
        Output output(path("out"));
        output.put_line("one");
        output.flush();
        Output other(path("new"));
        other.put_line("one");
        other.flush();
    }
    EXPECT_EQ(text_of("out"), "before");
    EXPECT_EQ(files(), 1U);
}

TEST_F(OutputTest, AnEmptyOneIsAFileToo) {
    Output output(path("out"));
    output.commit();
    EXPECT_TRUE(fs::exists(path("out")));
    EXPECT_EQ(text_of("out"), "");
}

TEST_F(OutputTest, HasTheModeThatIsAskedFor) {
    Output output(path("out"), 0600);
    output.commit();
    struct stat status {};
    ASSERT_EQ(::stat(path("out").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(OutputTest, WhatIsPutIsHeldUntilItIsFlushed) {
    for (const std::optional<std::string>& name : {std::optional<std::string>(), std::optional<std::string>("-")}) {
        ::testing::internal::CaptureStdout();
        Output output(name);
        output.put_line("one");
        EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
        ::testing::internal::CaptureStdout();
        output.flush();
        output.put_line("two", '\0');
        output.commit();
        EXPECT_EQ(::testing::internal::GetCapturedStdout(), std::string("one\ntwo\0", 8));
    }
}

TEST_F(OutputTest, ANameThatCannotBe) {
    EXPECT_EQ(kind_of([] { Output output(""); }), ErrorKind::usage);
    EXPECT_EQ(kind_of([&] { Output output(path("missing/out")); }), ErrorKind::failed);
}

TEST_F(OutputTest, AFolderInItsPlaceStays) {
    fs::create_directory(path("out"));
    EXPECT_EQ(kind_of([&] {
                  Output output(path("out"));
                  output.commit();
              }),
              ErrorKind::usage);
    EXPECT_TRUE(fs::is_directory(path("out")));
    EXPECT_EQ(files(), 1U);
}

TEST_F(OutputTest, ADeviceOrAPipeIsWrittenToAndNotReplaced) {
    Output full("/dev/full");
    full.put("one");
    EXPECT_EQ(kind_of([&] { full.flush(); }), ErrorKind::failed);
    ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
    std::string read;
    std::thread reader([&] { read = text_of("fifo"); });
    {
        Output output(path("fifo"));
        output.put_line("one");
        output.commit();
    }
    reader.join();
    EXPECT_EQ(read, "one\n");
    EXPECT_TRUE(fs::is_fifo(path("fifo")));
    EXPECT_EQ(files(), 1U);
}

TEST_F(OutputTest, AClosedPipeIsAnErrorOrEndsTheProgramBySignal) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::close(ends[0]);
    const auto write = [&] {
        const Replaced output_is(STDOUT_FILENO, ends[1]);
        Output output(std::nullopt);
        output.put("one");
        output.commit();
    };
    EXPECT_EXIT(write(), ::testing::KilledBySignal(SIGPIPE), "");
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(kind_of(write), ErrorKind::failed);
    std::signal(SIGPIPE, before);
    ::close(ends[1]);
}

TEST_F(OutputTest, KnowsAnInputWhosePlaceItWouldTake) {
    std::ofstream(path("out")) << "before";
    std::ofstream(path("other")) << "before";
    fs::create_symlink(path("out"), path("link"));
    fs::create_hard_link(path("out"), path("hard"));
    const Output output(path("out"));
    for (const char* name : {"out", "link", "hard"})
        EXPECT_TRUE(output.is_file(path(name))) << name;
    EXPECT_FALSE(output.is_file(path("other")));
    EXPECT_FALSE(output.is_file(path("missing")));
    EXPECT_FALSE(Output("/dev/null").is_file("/dev/null"));
}

TEST_F(OutputTest, StandardOutputThatIsAnInput) {
    std::ofstream(path("in")) << "before";
    const FileDescriptor file(::open(path("in").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    const Replaced output_is(STDOUT_FILENO, file.get());
    EXPECT_TRUE(Output(std::nullopt).is_file(path("in")));
}

TEST_F(OutputTest, OnATerminalTextIsPrintable) {
    Terminal terminal(STDOUT_FILENO);
    if (!terminal.is_there()) GTEST_SKIP() << "there are no terminals here";
    Output output(std::nullopt);
    EXPECT_TRUE(output.is_terminal());
    output.put_line("\x1b[2Jone\ttwo\x7f");
    output.commit();
    EXPECT_EQ(terminal.shown(), "\\x1b[2Jone\ttwo\\x7f\n");
}

TEST_F(OutputTest, ElsewhereTextIsAsItWasPut) {
    Output output(path("out"));
    EXPECT_FALSE(output.is_terminal());
    output.put("\x1b[2J");
    output.commit();
    EXPECT_EQ(text_of("out"), "\x1b[2J");
}

}  // namespace
}  // namespace msh::cli
