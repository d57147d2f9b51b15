// A few equal tasks side by side, for work of a millisecond or so (a leaf to hash): each but the first gets a thread of
// its own.
#pragma once

#include <cstddef>
#include <functional>

namespace msh::ipfs {

// Calls task(0) ... task(count - 1) and returns when all have ended; throws what one of them threw.
void run_parallel(std::size_t count, const std::function<void(std::size_t)>& task);

}  // namespace msh::ipfs
