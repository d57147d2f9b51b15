// The Merkle tree of RFC 9162 section 2.1, in two sizes of memory. Both take leaf hashes, not leaf data
// (merkle/hash.hpp makes one from the other).
//
// CompactTree grows at the right end and knows its root: all it keeps are the roots of the complete subtrees it
// consists of, largest first, at most 64 ("compact range"). A leaf costs one node hash on average.
//
//     CompactTree tree;
//     for (...) tree.append(leaf_hash(data));
//     Digest root = tree.root();
//
// FullTree keeps every node (two hashes a leaf) and so can prove what it contains.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace msh::merkle {

class CompactTree {
  public:
    // Appends a leaf hash or, with a level, the root of a complete subtree of 2^level leaves; the size so far must then
    // be a multiple of 2^level.
    void append(const Digest& hash, unsigned level = 0);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] Digest root() const;

  private:
    std::uint64_t size_ = 0;
    std::vector<Digest> subtrees_;  // one for each bit of size_, most significant first
};

class FullTree {
  public:
    explicit FullTree(std::vector<Digest> leaf_hashes);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] Digest root() const;
    // The root of the complete subtree over the leaves index * 2^level up to (index + 1) * 2^level, which must all
    // be there.
    [[nodiscard]] const Digest& node(unsigned level, std::uint64_t index) const;
    // RFC 9162 section 2.1.3.1; `index` is below size().
    [[nodiscard]] std::vector<Digest> inclusion_proof(std::uint64_t index) const;

  private:
    std::uint64_t size_;
    std::vector<std::size_t> first_;  // by level: where its nodes begin
    std::vector<Digest> nodes_;
};

}  // namespace msh::merkle
