// A loop over independent items on several threads.
#pragma once

#include <cstddef>
#include <functional>
#include <future>

namespace msh {

// How many threads are worth starting on this machine, at least 1.
[[nodiscard]] unsigned worker_count();

// For std::async: runs on its own thread or, if no more threads can be created, when the result is requested.
inline constexpr std::launch when_possible = std::launch::async | std::launch::deferred;

// Calls work(i) once for every i below count, on up to `threads` threads (the caller's is one of them), in no order.
// The first exception stops the loop and is rethrown. If the process cannot create more threads, fewer are used.
void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

// The same, but starts item i only while `more()` returns true; it is called by one thread at a time, in the order of
// i. Returns how many it did: all below that.
[[nodiscard]] std::size_t parallel_while(std::size_t count, unsigned threads, const std::function<bool()>& more,
                                         const std::function<void(std::size_t)>& work);

}  // namespace msh
