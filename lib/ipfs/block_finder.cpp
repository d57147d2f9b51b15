#include "ipfs/block_finder.hpp"

#include <algorithm>
#include <vector>

#include "base/parallel.hpp"

namespace msh::ipfs {

void SequentialFinder::find_all(std::span<const WantedBlock> blocks, const Use& use) {
    std::vector<LookupResult> found(workers_);
    for (std::size_t done = 0; done < blocks.size();) {
        const std::size_t count = std::min<std::size_t>(workers_, blocks.size() - done);
        parallel_for(count, static_cast<unsigned>(count), [&](std::size_t i) { found[i] = find(blocks[done + i]); });
        for (std::size_t i = 0; i < count; ++i)
            use(done + i, found[i]);
        done += count;
    }
}

}  // namespace msh::ipfs
