// The line of progress and whoever asks for a passphrase share a terminal.
#include "cli/progress.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

#include "cli/messages.hpp"
#include "unit/cli/terminal.hpp"

namespace msh::cli {
namespace {

TEST(Progress, StaysSilentWhileAPassphraseIsAskedFor) {
    Terminal terminal(STDERR_FILENO);
    if (!terminal.is_there()) GTEST_SKIP() << "there are no terminals here";
    Progress progress("files", false);
    terminal.echo(false);
    progress.refresh("");
    EXPECT_EQ(terminal.shown(), "");
    terminal.echo(true);
    progress.refresh("");
    EXPECT_NE(terminal.shown().find("0 files"), std::string::npos);
}

TEST(Progress, IsOneLineThatIsClearedAtTheEnd) {
    Terminal terminal(STDERR_FILENO);
    if (!terminal.is_there()) GTEST_SKIP() << "there are no terminals here";
    set_program_name("msh-test");
    {
        Progress progress("files", false);
        EXPECT_TRUE(progress.is_shown());
        progress.refresh("\x1bof 7");
        EXPECT_EQ(terminal.shown(), "\r\x1b[Kmsh-test: 0 files; \\x1bof 7");
        say_note("a note");  // over it
        EXPECT_EQ(terminal.shown(), "\r\x1b[Kmsh-test: a note\n");
        progress.add(2, 3'000'000'000);
        progress.refresh("");
        EXPECT_NE(terminal.shown().find("msh-test: 2 files, 3.0 GB, "), std::string::npos);
    }
    EXPECT_EQ(terminal.shown(), "\r\x1b[K");
}

TEST(Progress, IsNotShownToTheQuietOrInAFile) {
    {
        Terminal terminal(STDERR_FILENO);
        if (!terminal.is_there()) GTEST_SKIP() << "there are no terminals here";
        Progress progress("files", true);
        EXPECT_FALSE(progress.is_shown());
        progress.refresh("now");
        EXPECT_EQ(terminal.shown(), "");
    }
    ::testing::internal::CaptureStderr();
    {
        Progress progress("files", false);
        progress.add(1, 1);
        progress.refresh("now");
    }
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(ReadableSize, HasTwoOrThreeDigitsAndNeverFour) {
    const std::uint64_t kilo = 1000;
    EXPECT_EQ(readable_size(0), "0 bytes");
    EXPECT_EQ(readable_size(999), "999 bytes");
    EXPECT_EQ(readable_size(1000), "1.0 kB");
    EXPECT_EQ(readable_size(9949), "9.9 kB");
    EXPECT_EQ(readable_size(9950), "10 kB");
    EXPECT_EQ(readable_size(999'499), "999 kB");
    EXPECT_EQ(readable_size(999'500), "1.0 MB");
    EXPECT_EQ(readable_size(1'500 * kilo * kilo), "1.5 GB");
    EXPECT_EQ(readable_size(999'500 * kilo * kilo * kilo), "1.0 PB");
}

}  // namespace
}  // namespace msh::cli
