#include "cli/confirm.hpp"

#include <gtest/gtest.h>

#include "unit/cli/terminal.hpp"

namespace msh::cli {
namespace {

int ask() {
    return confirm("Shred it?") ? 1 : 0;
}

TEST(Confirm, OnlyYesIsYes) {
    const Conversation yes = converse({"y"}, ask);
    if (yes.status == -1) GTEST_SKIP() << "there are no terminals here";
    EXPECT_EQ(yes.status, 1);
    EXPECT_TRUE(yes.shown.starts_with("Shred it? [y/N] ")) << yes.shown;
    for (const char* answer : {"Y", "yes", "YES"})
        EXPECT_EQ(converse({answer}, ask).status, 1) << answer;
    for (const char* answer : {"", "n", "no", " y", "0", "\x04"})
        EXPECT_EQ(converse({answer}, ask).status, 0) << answer;
}

TEST(Confirm, WithoutATerminalTheAnswerIsNo) {
    EXPECT_EQ(without_terminal(ask), 0);
}

}  // namespace
}  // namespace msh::cli
