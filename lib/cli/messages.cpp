#include "cli/messages.hpp"

#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <termios.h>
#include <unistd.h>

#include "base/text.hpp"

namespace msh::cli {
namespace {

std::string name_of_program = "msh";
bool is_quiet = false;
bool shows_inputs = false;
bool line_is_open = false;
std::mutex one_at_a_time;

// While a program of the pipe asks for a passphrase, the terminal's line is its own.
bool is_asked_for_a_secret() {
    termios terminal{};
    return ::tcgetattr(STDERR_FILENO, &terminal) == 0 && (terminal.c_lflag & ECHO) == 0;
}

// One write a line, so that the lines of several programs in a pipe do not mix; over what progress left there.
void write_line(std::string_view kind, std::string_view message) {
    const std::scoped_lock lock(one_at_a_time);
    std::string line = line_is_open ? "\r\x1b[K" : "";
    line_is_open = false;
    line += name_of_program + ": ";
    line.append(kind).append(printable(message)).append("\n");
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

void set_program_name(std::string_view name) {
    name_of_program = name;
}
void set_quiet(bool quiet) {
    is_quiet = quiet;
}
void set_shows_paths(bool shows_paths) {
    shows_inputs = shows_paths;
}
std::string input_name(const std::string& what, const std::string& path) {
    return shows_inputs ? what + " '" + path + "'" : what;
}
const std::string& program_name() {
    return name_of_program;
}

void say_error(std::string_view message) {
    write_line("error: ", message);
}
void say_hint(std::string_view message) {
    write_line("hint: ", message);
}
void say_note(std::string_view message) {
    if (!is_quiet) write_line("", message);
}

void say_warning(std::string_view message) {
    if (!message.empty()) say_note("warning: " + std::string(message));
}

void say_waiting(const std::string& what) {
    using Clock = std::chrono::steady_clock;
    static std::mutex mutex;
    static std::map<std::string, Clock::time_point> told;
    {
        const std::scoped_lock lock(mutex);
        const auto [last, is_first] = told.try_emplace(what, Clock::now());
        if (!is_first && Clock::now() - last->second < std::chrono::minutes(1)) return;
        last->second = Clock::now();
    }
    say_note("waiting for " + what + ", locked by another program");
}

void say(const Error& error) {
    say_error(error.what());
    if (!error.hint().empty()) say_hint(error.hint());
}

void show_progress(std::string_view text) {
    const std::scoped_lock lock(one_at_a_time);
    if (text.empty() && !line_is_open) return;
    if (!text.empty() && is_asked_for_a_secret()) return;
    std::string line = "\r\x1b[K";
    if (!text.empty()) line.append(name_of_program).append(": ").append(printable(text));
    line_is_open = !text.empty();
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace msh::cli
