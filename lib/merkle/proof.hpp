// Proofs of a Merkle tree (RFC 9162): that a leaf is in it (2.1.3), and that a tree is another one with leaves
// appended (2.1.4).
//
// Making one takes a source of the tree's nodes, wherever they lie; only roots of complete subtrees are asked for,
// about one a level. Arguments out of range are the caller's mistake (std::out_of_range). Checking takes values from
// anywhere, never throws, and answers true or false.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace msh::merkle {

// The root of the complete subtree over the leaves index * 2^level up to (index + 1) * 2^level; level 0 is the leaf
// hashes themselves.
using NodeSource = std::function<Digest(unsigned level, std::uint64_t index)>;

[[nodiscard]] Digest root(const NodeSource& nodes, std::uint64_t size);
[[nodiscard]] std::vector<Digest> inclusion_proof(const NodeSource& nodes, std::uint64_t index, std::uint64_t size);
// From a tree of `old_size` leaves, at least one, to one of `size`. Empty when the sizes are equal.
[[nodiscard]] std::vector<Digest> consistency_proof(const NodeSource& nodes, std::uint64_t old_size,
                                                    std::uint64_t size);

[[nodiscard]] bool verify_inclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t size,
                                    std::span<const Digest> proof, const Digest& root);
// An empty old tree is consistent with every tree, which proves nothing: false, whatever the other one is.
[[nodiscard]] bool verify_consistency(std::uint64_t old_size, std::uint64_t size, std::span<const Digest> proof,
                                      const Digest& old_root, const Digest& root);

}  // namespace msh::merkle
