#include "cli/messages.hpp"

#include <functional>
#include <gtest/gtest.h>

namespace msh::cli {
namespace {

class Messages : public ::testing::Test {
  protected:
    Messages() { set_program_name("msh-test"); }
    ~Messages() override {
        set_quiet(false);
        set_shows_paths(false);
    }
    static std::string said(const std::function<void()>& call) {
        ::testing::internal::CaptureStderr();
        call();
        return ::testing::internal::GetCapturedStderr();
    }
    static void say_everything() {
        say_error("one");
        say_hint("two");
        say_note("three");
        say_warning("four");
    }
};

TEST_F(Messages, BeginWithTheProgramAndTheirKind) {
    EXPECT_EQ(said(say_everything),
              "msh-test: error: one\n"
              "msh-test: hint: two\n"
              "msh-test: three\n"
              "msh-test: warning: four\n");
}

TEST_F(Messages, OfTheQuietAreErrorsAndHints) {
    set_quiet(true);
    EXPECT_EQ(said(say_everything), "msh-test: error: one\nmsh-test: hint: two\n");
}

TEST_F(Messages, OfAnErrorHaveItsHintWhereItHasOne) {
    EXPECT_EQ(said([] { say(Error(ErrorKind::failed, "the disk is full")); }), "msh-test: error: the disk is full\n");
    EXPECT_EQ(said([] { say(Error(ErrorKind::failed, "the disk is full", "make room")); }),
              "msh-test: error: the disk is full\nmsh-test: hint: make room\n");
}

TEST_F(Messages, AreOneLineWhateverTheyName) {
    EXPECT_EQ(said([] { say_error("'a\nb\x1b[2J\u202e\xff'"); }), "msh-test: error: 'a\\nb\\x1b[2J\\u202e\\xff'\n");
}

TEST_F(Messages, AnEmptyWarningIsNone) {
    EXPECT_EQ(said([] { say_warning(""); }), "");
}

TEST_F(Messages, NameInputsOnlyWhereTheyMay) {
    EXPECT_EQ(input_name("the card", "doe/r.card"), "the card");
    set_shows_paths(true);
    EXPECT_EQ(input_name("the card", "doe/r.card"), "the card 'doe/r.card'");
}

TEST_F(Messages, OfAWaitAreNotRepeatedAtOnce) {
    EXPECT_EQ(said([] {
                  say_waiting("'a.lock'");
                  say_waiting("'b.lock'");
                  say_waiting("'a.lock'");
              }),
              "msh-test: waiting for 'a.lock', locked by another program\n"
              "msh-test: waiting for 'b.lock', locked by another program\n");
}

TEST_F(Messages, ThereIsNoLineOfProgressToClear) {
    EXPECT_EQ(said([] { show_progress(""); }), "");
}

}  // namespace
}  // namespace msh::cli
