#include "ipfs/parallel.hpp"

#include <future>
#include <vector>

namespace msh::ipfs {

void run_parallel(std::size_t count, const std::function<void(std::size_t)>& task) {
    if (count == 0) return;
    std::vector<std::future<void>> others;
    others.reserve(count - 1);
    for (std::size_t i = 1; i < count; ++i) {
        others.push_back(std::async(std::launch::async, [&task, i] { task(i); }));
    }
    task(0);  // should it throw: the futures wait for their threads when they end
    for (auto& other : others)
        other.get();
}

}  // namespace msh::ipfs
