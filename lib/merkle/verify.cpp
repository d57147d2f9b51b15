// The verifying half of merkle/proof.hpp, as RFC 9162 sections 2.1.3.2 and 2.1.4.2 write it; fn and sn are theirs.
#include <bit>

#include "merkle/hash.hpp"
#include "merkle/proof.hpp"

namespace msh::merkle {
namespace {

// The place of a node on its level, and of the level's last node: both climb together.
struct Climb {
    std::uint64_t fn;
    std::uint64_t sn;

    void up() noexcept {
        fn >>= 1;
        sn >>= 1;
    }
    [[nodiscard]] bool is_right_child() const noexcept { return (fn & 1) != 0; }
    [[nodiscard]] bool is_last() const noexcept { return fn == sn; }
    // A last node that is a left child has no sibling on its level: it stands for its parents until one is a
    // right child.
    void skip_levels_without_sibling() noexcept {
        while (!is_right_child() && fn != 0)
            up();
    }
};

}  // namespace

bool verify_inclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t size, std::span<const Digest> proof,
                      const Digest& root) {
    if (index >= size) return false;
    Climb at{index, size - 1};
    Digest node = leaf_hash;
    for (const Digest& sibling : proof) {
        if (at.sn == 0) return false;
        if (at.is_right_child() || at.is_last()) {
            node = node_hash(sibling, node);
            at.skip_levels_without_sibling();
        } else {
            node = node_hash(node, sibling);
        }
        at.up();
    }
    return at.sn == 0 && node == root;
}

bool verify_consistency(std::uint64_t old_size, std::uint64_t size, std::span<const Digest> proof,
                        const Digest& old_root, const Digest& root) {
    if (old_size == 0 || old_size > size) return false;
    if (old_size == size) return proof.empty() && old_root == root;

    // A complete old tree is the first node of the path itself.
    Digest first = old_root;
    if (!std::has_single_bit(old_size)) {
        if (proof.empty()) return false;
        first = proof.front();
        proof = proof.subspan(1);
    }
    Climb at{old_size - 1, size - 1};
    while (at.is_right_child())
        at.up();
    Digest old_node = first;
    Digest node = first;
    for (const Digest& sibling : proof) {
        if (at.sn == 0) return false;
        if (at.is_right_child() || at.is_last()) {
            old_node = node_hash(sibling, old_node);
            node = node_hash(sibling, node);
            at.skip_levels_without_sibling();
        } else {
            node = node_hash(node, sibling);
        }
        at.up();
    }
    return at.sn == 0 && old_node == old_root && node == root;
}

}  // namespace msh::merkle
