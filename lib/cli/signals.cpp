#include "cli/signals.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <initializer_list>

namespace msh::cli {
namespace {

std::atomic<int> caught{0};  // read by every thread
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void remember(int signal) {
    caught = signal;
}

}  // namespace

void watch_signals() {
    struct sigaction action {};
    action.sa_handler = remember;  // without SA_RESTART: a read that waits for input comes back
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before {};
        ::sigaction(signal, nullptr, &before);
        if (before.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);  // nohup stays in force
    }
    std::signal(SIGXFSZ, SIG_IGN);
}

void stop_if_signalled() {
    if (const int signal = caught) throw Interrupted{signal};
}

bool is_signalled() {
    return caught != 0;
}

int caught_signal() {
    return caught;
}

void raise_again(int signal) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    std::_Exit(128 + signal);
}

}  // namespace msh::cli
