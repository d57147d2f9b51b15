#include "merkle/tree.hpp"

#include <cassert>
#include <utility>

#include "merkle/hash.hpp"
#include "merkle/proof.hpp"

namespace msh::merkle {

void CompactTree::append(const Digest& hash, unsigned level) {
    const std::uint64_t leaves = std::uint64_t{1} << level;
    assert(size_ % leaves == 0);
    Digest node = hash;
    for (std::uint64_t bit = leaves; (size_ & bit) != 0; bit <<= 1) {
        node = node_hash(subtrees_.back(), node);
        subtrees_.pop_back();
    }
    subtrees_.push_back(node);
    size_ += leaves;
}

Digest CompactTree::root() const {
    if (subtrees_.empty()) return empty_root();
    Digest node = subtrees_.back();
    for (std::size_t i = subtrees_.size() - 1; i-- > 0;)
        node = node_hash(subtrees_[i], node);
    return node;
}

FullTree::FullTree(std::vector<Digest> leaf_hashes) : size_(leaf_hashes.size()), nodes_(std::move(leaf_hashes)) {
    nodes_.reserve(2 * nodes_.size());
    first_.push_back(0);
    for (std::size_t width = nodes_.size() / 2; width > 0; width /= 2) {
        const std::size_t below = first_.back();
        first_.push_back(nodes_.size());
        for (std::size_t i = 0; i < width; ++i) {
            nodes_.push_back(node_hash(nodes_[below + 2 * i], nodes_[below + 2 * i + 1]));
        }
    }
}

const Digest& FullTree::node(unsigned level, std::uint64_t index) const {
    assert(level < first_.size() && index < size_ >> level);
    return nodes_[first_[level] + static_cast<std::size_t>(index)];
}

Digest FullTree::root() const {
    return merkle::root([this](unsigned level, std::uint64_t index) { return node(level, index); }, size_);
}

std::vector<Digest> FullTree::inclusion_proof(std::uint64_t index) const {
    return merkle::inclusion_proof([this](unsigned level, std::uint64_t i) { return node(level, i); }, index, size_);
}

}  // namespace msh::merkle
