#include "index/allocation.hpp"

#include <cstddef>
#include <numeric>

#include "index/format.hpp"

namespace msh::index {

std::optional<Allocation> allocate(std::span<const std::uint32_t> order, std::span<const std::uint8_t> slots,
                                   std::uint32_t buckets,
                                   const std::function<Candidates(std::uint32_t)>& candidates_of) {
    std::vector<std::uint8_t> used(buckets);
    std::vector<std::uint32_t> chosen(slots.size());
    Allocation out;
    out.starts.resize(std::size_t{buckets} + 1);
    for (const std::uint32_t keyword : order) {
        const Candidates candidates = candidates_of(keyword);
        const std::uint32_t bucket =
            used[candidates.second] < used[candidates.first] ? candidates.second : candidates.first;
        if (used[bucket] + slots[keyword] > slots_a_page) return std::nullopt;
        used[bucket] = static_cast<std::uint8_t>(used[bucket] + slots[keyword]);
        chosen[keyword] = bucket;
        ++out.starts[bucket + 1];
    }
    std::partial_sum(out.starts.begin(), out.starts.end(), out.starts.begin());
    out.keywords.resize(slots.size());
    std::vector<std::uint32_t> next(out.starts.begin(), out.starts.end() - 1);
    for (std::uint32_t keyword = 0; keyword < chosen.size(); ++keyword) {
        out.keywords[next[chosen[keyword]]++] = keyword;
    }
    return out;
}

}  // namespace msh::index
