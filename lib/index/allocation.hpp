// Which of its two candidate buckets each keyword's run goes to: the one with more room left, largest runs first. Two
// choices keep the fullest bucket within log log of the average, so buckets can be filled to about four fifths.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace msh::index {

struct Candidates {
    std::uint32_t first;
    std::uint32_t second;
};

// The keywords of bucket b are keywords[starts[b]] up to keywords[starts[b + 1]].
struct Allocation {
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> keywords;

    [[nodiscard]] std::span<const std::uint32_t> bucket(std::uint32_t number) const {
        return std::span(keywords).subspan(starts[number], starts[number + 1] - starts[number]);
    }
};

// Nothing when a run fits into neither of its candidates. `order` is the keywords, largest run first; `slots` is the
// length of each keyword's run.
[[nodiscard]] std::optional<Allocation> allocate(std::span<const std::uint32_t> order,
                                                 std::span<const std::uint8_t> slots, std::uint32_t buckets,
                                                 const std::function<Candidates(std::uint32_t)>& candidates_of);

}  // namespace msh::index
