// Waiting for other processes, without being deaf meanwhile.
//
//     Wait wait("'" + path.string() + "'");
//     while (!try_it()) wait.pause();
//
// This room knows neither signals nor terminals: whoever does sets, once a process, what happens during every wait.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace msh {

struct WaitCalls {
    // In each pause; what it throws ends the wait. By any thread.
    std::function<void()> check;
    // Once, when a wait has taken a second, with what it is for. By any thread.
    std::function<void(const std::string& what)> tell;
};

// First thing in a program, before there are threads.
void set_wait_calls(WaitCalls calls);

class Wait {
  public:
    // An empty name is never told.
    explicit Wait(std::string what);

    // A moment of about a millisecond, random so that waiting processes do not march in step. It does not grow with the
    // number of tries: whoever has waited long asks as often as a newcomer.
    void pause();

    [[nodiscard]] std::chrono::steady_clock::duration so_far() const;

  private:
    std::string what_;
    std::chrono::steady_clock::time_point start_;
    bool told_ = false;
};

// Waits for a lock of flock(2), LOCK_EX or LOCK_SH. False, with errno, where it cannot be had at all, as on a file system
// without locks.
[[nodiscard]] bool wait_for_flock(int fd, int operation, const std::string& what);

}  // namespace msh
