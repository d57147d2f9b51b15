#include "storage/target.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace msh::storage {

void require_cid(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) {
    if (!expected || file.named) return;
    if (ipfs::compute_root(file.path, file.size, ipfs::unixfs_v1_2025, file.workers).root != *expected) {
        throw Error(ErrorKind::input, "'payload.cid' is not the payload's CID");
    }
}

bool is_among(const std::vector<Target*>& targets, const Target* target) {
    return std::find(targets.begin(), targets.end(), target) != targets.end();
}

std::uint64_t size_below(std::span<const ipfs::Link> entries) {
    return std::accumulate(entries.begin(), entries.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const ipfs::Link& entry) { return sum + entry.total_size; });
}

}  // namespace msh::storage
