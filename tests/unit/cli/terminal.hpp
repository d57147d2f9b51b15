// Terminals for tests: one in place of a standard file, and one that a child process is asked on.
#pragma once

#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <pty.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <termios.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace msh::cli {

// A standard file is another one while this lives.
class Replaced {
  public:
    Replaced(int standard, int by) : standard_(standard), before_(::dup(standard)) { ::dup2(by, standard_); }
    Replaced(const Replaced&) = delete;
    Replaced& operator=(const Replaced&) = delete;
    ~Replaced() {
        ::dup2(before_, standard_);
        ::close(before_);
    }

  private:
    int standard_;
    int before_;
};

// Standard output or standard error is a terminal of its own while this lives.
class Terminal {
  public:
    explicit Terminal(int standard) : standard_(standard), before_(::dup(standard)) {
        if (::openpty(&outside_, &inside_, nullptr, nullptr, nullptr) != 0) return;
        termios mode{};
        ::tcgetattr(inside_, &mode);
        mode.c_oflag &= ~static_cast<tcflag_t>(OPOST);  // a newline stays one
        ::tcsetattr(inside_, TCSANOW, &mode);
        ::dup2(inside_, standard_);
        reader_ = std::thread([this] { read(); });
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal() {
        ::dup2(before_, standard_);
        ::close(before_);
        if (!is_there()) return;
        ::close(inside_);  // ends the reader
        reader_.join();
        ::close(outside_);
    }
    [[nodiscard]] bool is_there() const { return outside_ >= 0; }
    void echo(bool on) const {
        termios mode{};
        ::tcgetattr(inside_, &mode);
        mode.c_lflag = on ? mode.c_lflag | ECHO : mode.c_lflag & ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(inside_, TCSANOW, &mode);
    }
    // What was written since the last call.
    [[nodiscard]] std::string shown() {
        constexpr char mark = '\x04';
        if (::write(inside_, &mark, 1) != 1) return {};
        std::unique_lock lock(mutex_);
        more_.wait(lock, [&] { return text_.ends_with(mark); });
        text_.pop_back();
        return std::exchange(text_, {});
    }

  private:
    void read() {
        std::array<char, 4096> part{};
        ssize_t got = 0;
        while ((got = ::read(outside_, part.data(), part.size())) > 0) {
            const std::scoped_lock lock(mutex_);
            text_.append(part.data(), static_cast<std::size_t>(got));
            more_.notify_one();
        }
    }

    int standard_;
    int before_;
    int outside_ = -1;
    int inside_ = -1;
    std::mutex mutex_;
    std::condition_variable more_;
    std::string text_;
    std::thread reader_;
};

struct Conversation {
    int status = -1;    // what `ask` gave
    std::string shown;  // on the terminal, echoes too
};

// Runs `ask` in a child whose controlling terminal (/dev/tty) is one of its own. Each answer is typed once the terminal
// shows the next of the questions' ends, ": " or "] ".
inline Conversation converse(const std::vector<std::string>& answers, const std::function<int()>& ask) {
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) ::_exit(ask());
    Conversation conversation;
    if (child < 0) return conversation;
    std::size_t answered = 0;
    std::size_t seen = 0;
    std::array<char, 256> part{};
    ssize_t got = 0;
    while ((got = ::read(terminal, part.data(), part.size())) > 0) {
        conversation.shown.append(part.data(), static_cast<std::size_t>(got));
        const std::string_view unseen = std::string_view(conversation.shown).substr(seen);
        if (answered == answers.size() || !(unseen.ends_with(": ") || unseen.ends_with("] "))) continue;
        seen = conversation.shown.size();
        const std::string line = answers[answered++] + "\n";
        if (::write(terminal, line.data(), line.size()) < 0) break;
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(terminal);
    if (WIFEXITED(status)) conversation.status = WEXITSTATUS(status);
    return conversation;
}

// Runs `ask` in a child that has no terminal.
inline int without_terminal(const std::function<int()>& ask) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::setsid();
        ::_exit(ask());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace msh::cli
