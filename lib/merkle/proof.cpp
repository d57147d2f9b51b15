#include "merkle/proof.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "merkle/hash.hpp"

namespace msh::merkle {
namespace {

// The largest power of two below n: where RFC 9162 splits a tree of n > 1 leaves.
std::uint64_t split(std::uint64_t n) {
    return std::bit_floor(n - 1);
}

// The root over the leaves [begin, end), at least one; begin is a multiple of the power of two at or above their
// number, as in every subtree that splitting leads to.
Digest range_root(const NodeSource& nodes, std::uint64_t begin, std::uint64_t end) {
    const std::uint64_t count = end - begin;
    if (std::has_single_bit(count)) {
        const auto level = static_cast<unsigned>(std::countr_zero(count));
        return nodes(level, begin >> level);
    }
    const std::uint64_t middle = begin + split(count);
    const Digest left = range_root(nodes, begin, middle);
    return node_hash(left, range_root(nodes, middle, end));
}

}  // namespace

Digest root(const NodeSource& nodes, std::uint64_t size) {
    return size == 0 ? empty_root() : range_root(nodes, 0, size);
}

std::vector<Digest> inclusion_proof(const NodeSource& nodes, std::uint64_t index, std::uint64_t size) {
    if (index >= size) throw std::out_of_range("no such leaf");
    std::vector<Digest> proof;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + split(end - begin);
        if (index < middle) {
            proof.push_back(range_root(nodes, middle, end));
            end = middle;
        } else {
            proof.push_back(range_root(nodes, begin, middle));
            begin = middle;
        }
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
}

std::vector<Digest> consistency_proof(const NodeSource& nodes, std::uint64_t old_size, std::uint64_t size) {
    if (old_size == 0) throw std::out_of_range("the old tree is empty, which proves nothing");
    if (old_size > size) throw std::out_of_range("the old tree is the larger one");
    std::vector<Digest> proof;
    if (old_size == size) return proof;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end != old_size) {
        const std::uint64_t middle = begin + split(end - begin);
        if (old_size <= middle) {
            proof.push_back(range_root(nodes, middle, end));
            end = middle;
        } else {
            proof.push_back(range_root(nodes, begin, middle));
            begin = middle;
        }
    }
    // What is left is a subtree that both trees end with; the whole old tree is known to the verifier.
    if (begin != 0) proof.push_back(range_root(nodes, begin, end));
    std::reverse(proof.begin(), proof.end());
    return proof;
}

}  // namespace msh::merkle
