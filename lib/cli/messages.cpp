#include "cli/messages.hpp"

#include <array>
#include <cstdio>
#include <mutex>

namespace msh::cli {
namespace {

std::string name_of_program = "msh";
bool is_quiet = false;
bool line_is_open = false;
std::mutex one_at_a_time;

// One write a line, so that the lines of several programs in a pipe do not mix; over what progress left there.
void write_line(std::string_view kind, std::string_view message) {
    const std::scoped_lock lock(one_at_a_time);
    std::string line = line_is_open ? "\r\x1b[K" : "";
    line_is_open = false;
    line += name_of_program + ": ";
    line.append(kind).append(message).append("\n");
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

void set_program_name(std::string_view name) {
    name_of_program = name;
}
void set_quiet(bool quiet) {
    is_quiet = quiet;
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
    if (!message.empty()) say_note("warning: " + printable(message));
}

void say(const Error& error) {
    say_error(error.what());
    if (!error.hint().empty()) say_hint(error.hint());
}

void show_progress(std::string_view text) {
    const std::scoped_lock lock(one_at_a_time);
    if (text.empty() && !line_is_open) return;
    std::string line = "\r\x1b[K";
    if (!text.empty()) line.append(name_of_program).append(": ").append(text);
    line_is_open = !text.empty();
    std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            std::array<char, 5> escape{};
            std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
            out += escape.data();
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace msh::cli
