// The trees against the definition of RFC 9162 section 2.1.1, written down once more in its plainest form.
#include "merkle/tree.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "merkle/hash.hpp"
#include "merkle/proof.hpp"

namespace msh::merkle {
namespace {

std::vector<Bytes> some_data(std::size_t count) {
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < count; ++i)
        out.emplace_back(i % 90, static_cast<std::uint8_t>(i * 7 + 1));
    return out;
}

std::vector<Digest> hashes_of(std::span<const Bytes> data) {
    std::vector<Digest> out;
    for (const Bytes& item : data)
        out.push_back(leaf_hash(item));
    return out;
}

// MTH(D_n), byte for byte as the RFC has it.
Digest defined_root(std::span<const Bytes> data) {
    if (data.empty()) return crypto::sha256({});
    if (data.size() == 1) {
        Bytes message{0x00};
        append(message, data[0]);
        return crypto::sha256(message);
    }
    std::size_t k = 1;
    while (2 * k < data.size())
        k *= 2;
    Bytes message{0x01};
    append(message, defined_root(data.first(k)));
    append(message, defined_root(data.subspan(k)));
    return crypto::sha256(message);
}

TEST(CompactTree, HasTheDefinedRootAtEverySize) {
    const auto data = some_data(300);
    const auto hashes = hashes_of(data);
    CompactTree tree;
    for (std::size_t size = 0; size <= data.size(); ++size) {
        const Digest expected = defined_root(std::span(data).first(size));
        EXPECT_EQ(tree.size(), size);
        EXPECT_EQ(tree.root(), expected) << size;
        const FullTree full({hashes.begin(), hashes.begin() + static_cast<std::ptrdiff_t>(size)});
        EXPECT_EQ(full.size(), size);
        EXPECT_EQ(full.root(), expected) << size;
        if (size < data.size()) tree.append(hashes[size]);
    }
}

TEST(CompactTree, EmptyRootIsTheHashOfNothing) {
    EXPECT_EQ(to_hex(CompactTree().root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(CompactTree().root(), empty_root());
}

TEST(CompactTree, TakesCompleteSubtrees) {
    const auto hashes = hashes_of(some_data(300));
    for (const unsigned level : {1U, 3U, 8U}) {
        const std::size_t width = std::size_t{1} << level;
        CompactTree by_leaf;
        CompactTree by_subtree;
        std::size_t i = 0;
        for (; i + width <= hashes.size(); i += width) {
            CompactTree subtree;
            for (std::size_t k = i; k < i + width; ++k) {
                subtree.append(hashes[k]);
                by_leaf.append(hashes[k]);
            }
            by_subtree.append(subtree.root(), level);
            EXPECT_EQ(by_subtree.root(), by_leaf.root());
        }
        for (; i < hashes.size(); ++i) {
            by_leaf.append(hashes[i]);
            by_subtree.append(hashes[i]);
        }
        EXPECT_EQ(by_subtree.size(), hashes.size());
        EXPECT_EQ(by_subtree.root(), by_leaf.root());
    }
}

TEST(FullTree, NodesAreTheRootsOfTheirLeaves) {
    const auto data = some_data(70);
    const FullTree tree(hashes_of(data));
    for (unsigned level = 0; level <= 6; ++level) {
        const std::size_t width = std::size_t{1} << level;
        for (std::size_t i = 0; (i + 1) * width <= data.size(); ++i) {
            EXPECT_EQ(tree.node(level, i), defined_root(std::span(data).subspan(i * width, width)));
        }
    }
}

TEST(FullTree, ItsProofsHold) {
    for (const std::size_t size : {1U, 2U, 7U, 64U, 300U}) {
        const auto hashes = hashes_of(some_data(size));
        const FullTree tree(hashes);
        for (std::size_t i = 0; i < size; ++i) {
            EXPECT_TRUE(verify_inclusion(hashes[i], i, size, tree.inclusion_proof(i), tree.root()));
        }
        EXPECT_THROW((void)tree.inclusion_proof(size), std::out_of_range);
    }
}

}  // namespace
}  // namespace msh::merkle
