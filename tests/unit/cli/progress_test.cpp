// The line of progress and whoever asks for a passphrase share a terminal.
#include "cli/progress.hpp"

#include <array>
#include <gtest/gtest.h>
#include <pty.h>
#include <string>
#include <termios.h>
#include <unistd.h>

namespace msh::cli {
namespace {

// Standard error is a terminal of its own while this lives.
class Terminal {
  public:
    Terminal() : before_(::dup(STDERR_FILENO)) {
        if (::openpty(&outside_, &inside_, nullptr, nullptr, nullptr) == 0) ::dup2(inside_, STDERR_FILENO);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal() {
        ::dup2(before_, STDERR_FILENO);
        for (const int fd : {before_, outside_, inside_})
            if (fd >= 0) ::close(fd);
    }
    [[nodiscard]] bool is_there() const { return outside_ >= 0; }
    void echo(bool on) const {
        termios mode{};
        ::tcgetattr(inside_, &mode);
        mode.c_lflag = on ? mode.c_lflag | ECHO : mode.c_lflag & ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(inside_, TCSANOW, &mode);
    }
    // What was written up to the mark that this writes.
    [[nodiscard]] std::string shown() const {
        std::string text;
        if (::write(inside_, "#", 1) != 1) return text;
        std::array<char, 256> part{};
        while (!text.ends_with('#')) {
            const ssize_t got = ::read(outside_, part.data(), part.size());
            if (got <= 0) break;
            text.append(part.data(), static_cast<std::size_t>(got));
        }
        text.pop_back();
        return text;
    }

  private:
    int before_;
    int outside_ = -1;
    int inside_ = -1;
};

TEST(Progress, StaysSilentWhileAPassphraseIsAskedFor) {
    const Terminal terminal;
    if (!terminal.is_there()) GTEST_SKIP() << "there are no terminals here";
    Progress progress("files", false);
    terminal.echo(false);
    progress.refresh("");
    EXPECT_EQ(terminal.shown(), "");
    terminal.echo(true);
    progress.refresh("");
    EXPECT_NE(terminal.shown().find("0 files"), std::string::npos);
}

}  // namespace
}  // namespace msh::cli
