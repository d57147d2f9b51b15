#include "base/waiting.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <poll.h>
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

unsigned long random_number() {
    thread_local std::minstd_rand numbers{std::random_device{}()};
    return numbers();
}

}  // namespace

void set_wait_calls(WaitCalls calls) {
    wait_calls() = std::move(calls);
}

Wait::Wait(std::string what) : what_(std::move(what)), start_(std::chrono::steady_clock::now()) {}

void Wait::check_and_tell() {
    if (wait_calls().check) wait_calls().check();
    if (!told_ && !what_.empty() && so_far() >= worth_telling) {
        told_ = true;
        if (wait_calls().tell) wait_calls().tell(what_);
    }
}

void Wait::pause() {
    check_and_tell();
    std::this_thread::sleep_for(std::chrono::microseconds(300 + random_number() % 1500));
}

void Wait::pause_longer() {
    check_and_tell();
    const auto longest = static_cast<unsigned long>(patience(so_far()).count());
    const timespec pause{0, static_cast<long>(longest / 2 + random_number() % (longest / 2)) * 1000};
    (void)::nanosleep(&pause, nullptr);
}

std::chrono::steady_clock::duration Wait::so_far() const {
    return std::chrono::steady_clock::now() - start_;
}

std::chrono::microseconds patience(std::chrono::steady_clock::duration so_far) {
    using std::chrono::milliseconds;
    const auto part = std::chrono::duration_cast<std::chrono::microseconds>(so_far / 32);
    return std::clamp<std::chrono::microseconds>(part, milliseconds(2), milliseconds(50));
}

void wait_until_readable(int fd) {
    constexpr int interval = 200;  // milliseconds
    const auto check = [] {
        if (wait_calls().check) wait_calls().check();
    };
    pollfd waiting{fd, POLLIN, 0};
    do {
        check();
    } while (::poll(&waiting, 1, interval) <= 0);
    check();
}

bool wait_for_flock(int fd, int operation, const std::string& what) {
    Wait wait(what);
    while (::flock(fd, operation | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return false;
        wait.pause_longer();
    }
    return true;
}

}  // namespace msh
