// SIGINT, SIGTERM and SIGHUP end a program in order: what is under way is dropped, temporary files are removed, and the
// signal is raised again so that the shell sees why. SIGPIPE keeps its default. SIGXFSZ is ignored: a write beyond the
// limit on a file's size fails then like one on a full disk, with a message.
#pragma once

namespace msh::cli {

void watch_signals();

// Thrown by stop_if_signalled; not an Error, because there is nothing to report.
struct Interrupted {
    int signal;
};

// To be called between pieces of work.
void stop_if_signalled();

[[nodiscard]] bool is_signalled();
// 0 when there was none.
[[nodiscard]] int caught_signal();

// Ends the process by the signal's default action.
[[noreturn]] void raise_again(int signal);

}  // namespace msh::cli
