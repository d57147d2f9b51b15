#include "base/waiting.hpp"

#include <cerrno>
#include <random>
#include <sys/file.h>
#include <thread>
#include <utility>

namespace msh {
namespace {

constexpr std::chrono::seconds worth_telling{1};

WaitCalls& wait_calls() {
    static WaitCalls calls;
    return calls;
}

}  // namespace

void set_wait_calls(WaitCalls calls) {
    wait_calls() = std::move(calls);
}

Wait::Wait(std::string what) : what_(std::move(what)), start_(std::chrono::steady_clock::now()) {}

void Wait::pause() {
    thread_local std::minstd_rand jitter{std::random_device{}()};
    if (wait_calls().check) wait_calls().check();
    if (!told_ && !what_.empty() && so_far() >= worth_telling) {
        told_ = true;
        if (wait_calls().tell) wait_calls().tell(what_);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(300 + jitter() % 1500));
}

std::chrono::steady_clock::duration Wait::so_far() const {
    return std::chrono::steady_clock::now() - start_;
}

bool wait_for_flock(int fd, int operation, const std::string& what) {
    Wait wait(what);
    while (::flock(fd, operation | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return false;
        wait.pause();
    }
    return true;
}

}  // namespace msh
