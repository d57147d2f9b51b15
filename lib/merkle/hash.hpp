// The two hashes of a Merkle tree (RFC 9162 section 2.1.1; the same as RFC 6962). The prefixes keep leaves and nodes
// apart, so that nobody can pass a node off as a leaf:
//
//     leaf = SHA-256(0x00 || data)      node = SHA-256(0x01 || left || right)
#pragma once

#include "base/bytes.hpp"

namespace msh::merkle {

[[nodiscard]] Digest leaf_hash(ByteView data);
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);

// The root of the tree without leaves: the hash of the empty string.
[[nodiscard]] Digest empty_root();

}  // namespace msh::merkle
