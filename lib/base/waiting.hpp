// Waits for other processes or for input, reacts to signals meanwhile, and says what it waits for.
//
//     Wait wait("'" + path.string() + "'");
//     while (!try_it()) wait.pause();
//
// This module does not handle signals or terminals: the program sets, once, what happens during every wait.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace msh {

struct WaitCalls {
    // Called in each pause, by any thread; what it throws ends the wait.
    std::function<void()> check;
    // Called once, by any thread, when a wait has taken a second, with the name of the lock.
    std::function<void(const std::string& what)> tell;
};

// Call it at the start of a program, before there are threads.
void set_wait_calls(WaitCalls calls);

class Wait {
  public:
    // With an empty name, `tell` is not called.
    explicit Wait(std::string what);

    // Sleeps for about a millisecond, at random so that waiting processes do not try in step. It does not grow with the
    // number of tries, so that a process that has waited long is not at a disadvantage.
    void pause();
    // The same for what may take minutes: it grows to 50 ms (patience). A signal ends it.
    void pause_longer();

    [[nodiscard]] std::chrono::steady_clock::duration so_far() const;

  private:
    void check_and_tell();

    std::string what_;
    std::chrono::steady_clock::time_point start_;
    bool told_ = false;
};

// How long a pause may be after so much waiting: a 32nd of it, from 2 ms to 50 ms.
[[nodiscard]] std::chrono::microseconds patience(std::chrono::steady_clock::duration so_far);

// Waits until the descriptor can be read. A signal ends that, whichever thread it came to and however short before.
void wait_until_readable(int fd);

// Waits for a lock of flock(2), LOCK_EX or LOCK_SH. Returns false, with errno set, if locking fails, as on a file
// system without locks.
[[nodiscard]] bool wait_for_flock(int fd, int operation, const std::string& what);

}  // namespace msh
