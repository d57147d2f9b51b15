#include "base/parallel.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <sched.h>
#include <system_error>
#include <thread>
#include <vector>

namespace msh {

unsigned worker_count() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
    return static_cast<unsigned>(std::clamp(CPU_COUNT(&allowed), 1, 16));
}

void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work) {
    static_cast<void>(parallel_while(
        count, threads, [] { return true; }, work));
}

std::size_t parallel_while(std::size_t count, unsigned threads, const std::function<bool()>& more,
                           const std::function<void(std::size_t)>& work) {
    std::mutex lock;  // of these three
    std::size_t next = 0;
    bool ended = false;
    std::exception_ptr failure;
    const auto take = [&]() -> std::optional<std::size_t> {
        const std::scoped_lock locked(lock);
        ended = ended || next == count || !more();
        return ended ? std::nullopt : std::optional(next++);
    };
    const auto loop = [&] {
        try {
            while (const auto i = take())
                work(*i);
        } catch (...) {
            const std::scoped_lock locked(lock);
            if (!failure) failure = std::current_exception();
            ended = true;
        }
    };
    std::vector<std::jthread> helpers;
    try {
        for (std::size_t i = 1; i < std::min<std::size_t>(threads, count); ++i)
            helpers.emplace_back(loop);
    } catch (const std::system_error&) {
        // those that there are do it
    }
    loop();
    helpers.clear();
    if (failure) std::rethrow_exception(failure);
    return next;
}

}  // namespace msh
