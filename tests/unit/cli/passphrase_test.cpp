#include "cli/passphrase.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/messages.hpp"
#include "support/temporary_folder.hpp"
#include "unit/cli/terminal.hpp"

namespace msh::cli {
namespace {

constexpr std::size_t longest = 4096;

class PassphraseTest : public ::testing::Test {
  protected:
    PassphraseTest() { set_program_name("msh-test"); }

    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    [[nodiscard]] std::string file(const std::string& text, mode_t mode = 0600) const {
        std::ofstream(path("passphrase"), std::ios::binary) << text;
        EXPECT_EQ(::chmod(path("passphrase").c_str(), mode), 0);
        return path("passphrase");
    }
    [[nodiscard]] std::string read(const PassphraseOptions& options, Passphrase which = Passphrase::present) const {
        const SecretBytes words = read_passphrase(options, "passphrase: ", path("prompt.lock"), which);
        return std::string(as_text(words));
    }
    // The message of the error.
    [[nodiscard]] std::string error_of(const PassphraseOptions& options, std::string* hint = nullptr) const {
        try {
            (void)read(options);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            if (hint != nullptr) *hint = error.hint();
            return error.what();
        }
        ADD_FAILURE() << "no error";
        return {};
    }
    // A descriptor that gives the text, then its end.
    [[nodiscard]] static FileDescriptor pipe_of(const std::string& text) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
        ::close(ends[1]);
        return FileDescriptor(ends[0]);
    }

    test::TemporaryFolder folder_;
};

TEST_F(PassphraseTest, OfAFileIsWithoutOneEndOfLine) {
    for (const std::string text : {"secret words", "secret words\n", "secret words\r\n"})
        EXPECT_EQ(read({.file = file(text)}), "secret words");
    EXPECT_EQ(read({.file = file("two\nlines\n\n")}), "two\nlines\n");
    EXPECT_EQ(read({.file = file(" \n")}), " ");
}

TEST_F(PassphraseTest, OfAFileCanBeTooLittleOrTooMuch) {
    for (const std::string text : {"", "\n", "\r\n"})
        EXPECT_EQ(error_of({.file = file(text)}), "the passphrase is empty");
    EXPECT_EQ(read({.file = file(std::string(longest, 'x'))}).size(), longest);
    EXPECT_THROW((void)read({.file = file(std::string(longest + 1, 'x'))}), Error);
}

TEST_F(PassphraseTest, OfAFileThatCannotBe) {
    EXPECT_EQ(error_of({.file = path("missing")}), "the passphrase file does not exist");
    (void)error_of({.file = file("secret words", 0640)});
    (void)error_of({.file = file("secret words", 0604)});
    EXPECT_THROW((void)read({.file = folder_.path().string()}), Error);
}

TEST_F(PassphraseTest, ComesFromOnePlace) {
    EXPECT_EQ(error_of({.file = file("x"), .descriptor = "0"}),
              "--passphrase-file and --passphrase-fd are mutually exclusive");
    EXPECT_EQ(error_of({.name = "--backup-passphrase", .file = file("x"), .descriptor = "0"}),
              "--backup-passphrase-file and --backup-passphrase-fd are mutually exclusive");
}

TEST_F(PassphraseTest, OfADescriptorIsItsNextLine) {
    const FileDescriptor pipe = pipe_of("first\nsecond\r\nthird");
    const PassphraseOptions options{.descriptor = std::to_string(pipe.get())};
    EXPECT_EQ(read(options), "first");
    EXPECT_EQ(read(options), "second");
    EXPECT_EQ(read(options), "third");
    std::string hint;
    const std::string number = std::to_string(pipe.get());
    EXPECT_EQ(error_of(options, &hint), "file descriptor " + number + " gave no passphrase");
    EXPECT_NE(hint.find("--passphrase-file"), std::string::npos);
}

TEST_F(PassphraseTest, OfADescriptorThatCannotBe) {
    for (const char* text : {"", "x", "1x", "-1", " 1", "99999999999999999999"})
        EXPECT_EQ(error_of({.descriptor = text}), "--passphrase-fd needs a number") << text;
    EXPECT_EQ(error_of({.descriptor = "987654"}), "file descriptor 987654 is not open");
    const FileDescriptor blank = pipe_of("\nsecond\n");
    (void)error_of({.descriptor = std::to_string(blank.get())});
    const FileDescriptor carriage_return = pipe_of("\r\n");
    EXPECT_EQ(error_of({.descriptor = std::to_string(carriage_return.get())}), "the passphrase is empty");
    const FileDescriptor whole = pipe_of(std::string(longest, 'x') + "\n");
    EXPECT_EQ(read({.descriptor = std::to_string(whole.get())}).size(), longest);
    const FileDescriptor much = pipe_of(std::string(longest + 1, 'x') + "\n");
    EXPECT_EQ(error_of({.descriptor = std::to_string(much.get())}), "the passphrase is too long");
    const FileDescriptor closed_to_readers(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    EXPECT_THROW((void)read({.descriptor = std::to_string(closed_to_readers.get())}), Error);
}

TEST_F(PassphraseTest, IsReadOnceAndHeldForFurtherCalls) {
    const FileDescriptor pipe = pipe_of("first\nsecond\n");
    const PassphraseOptions options{.descriptor = std::to_string(pipe.get())};
    const auto reader = passphrase_reader(options, path("prompt.lock"));
    EXPECT_EQ(as_text(reader("passphrase: ")), "first");
    EXPECT_EQ(as_text(reader("again: ")), "first");
    EXPECT_EQ(read(options), "second");
}

TEST_F(PassphraseTest, IsAskedForWithoutEcho) {
    const Conversation conversation = converse({"secret words"}, [&] { return read({}) == "secret words" ? 0 : 1; });
    if (conversation.status == -1) GTEST_SKIP() << "there are no terminals here";
    EXPECT_EQ(conversation.status, 0);
    EXPECT_EQ(conversation.shown, "msh-test: passphrase: \r\n");
}

TEST_F(PassphraseTest, ANewOneIsAskedForTwice) {
    const auto ask = [&] {
        try {
            return read({}, Passphrase::fresh) == "one" ? 0 : 1;
        } catch (const Error& error) {
            return error.what() == std::string("the two passphrases differ") ? 2 : 3;
        }
    };
    const Conversation same = converse({"one", "one"}, ask);
    if (same.status == -1) GTEST_SKIP() << "there are no terminals here";
    EXPECT_EQ(same.status, 0);
    EXPECT_EQ(same.shown, "msh-test: passphrase: \r\nmsh-test: again: \r\n");
    EXPECT_EQ(converse({"one", "two"}, ask).status, 2);
}

TEST_F(PassphraseTest, TheTerminalEchoesAgainWhateverTheAnswer) {
    const auto echoes_after = [&](const char* answer) {
        return converse({answer}, [&] {
            try {
                (void)read({});
            } catch (const Error&) {
            }
            termios mode{};
            return ::tcgetattr(STDIN_FILENO, &mode) == 0 && (mode.c_lflag & ECHO) != 0 ? 0 : 1;
        });
    };
    const Conversation conversation = echoes_after("secret words");
    if (conversation.status == -1) GTEST_SKIP() << "there are no terminals here";
    EXPECT_EQ(conversation.status, 0);
    EXPECT_EQ(echoes_after("").status, 0);
}

TEST_F(PassphraseTest, WithoutATerminalTheHintNamesTheOptions) {
    const PassphraseOptions options{.instead = ", or use --to"};
    const int status = without_terminal([&] {
        try {
            (void)read(options);
        } catch (const Error& error) {
            return error.kind() == ErrorKind::usage &&
                           error.hint() == "give it with --passphrase-file or --passphrase-fd, or use --to"
                       ? 0
                       : 2;
        }
        return 1;
    });
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace msh::cli
