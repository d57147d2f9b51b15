// Every proof of every small tree holds, and stops holding when anything about it is changed.
#include "merkle/proof.hpp"

#include <gtest/gtest.h>
#include <limits>

#include "merkle/hash.hpp"
#include "merkle/tree.hpp"

namespace msh::merkle {
namespace {

constexpr std::uint64_t largest = 40;

std::vector<Digest> leaves(std::uint64_t count) {
    std::vector<Digest> out;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint8_t byte = static_cast<std::uint8_t>(i);
        out.push_back(leaf_hash({&byte, 1}));
    }
    return out;
}

const FullTree& all() {
    static const FullTree tree(leaves(largest));
    return tree;
}

Digest source(unsigned level, std::uint64_t index) {
    return all().node(level, index);
}

TEST(Inclusion, HoldsForEveryLeafOfEverySize) {
    for (std::uint64_t size = 1; size <= largest; ++size) {
        const Digest top = root(source, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = inclusion_proof(source, index, size);
            EXPECT_TRUE(verify_inclusion(source(0, index), index, size, proof, top)) << index << " of " << size;
        }
    }
}

TEST(Inclusion, FailsForAnotherIndexLeafOrRoot) {
    for (std::uint64_t size = 1; size <= largest; ++size) {
        const Digest top = root(source, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = inclusion_proof(source, index, size);
            const Digest leaf = source(0, index);
            for (std::uint64_t other = 0; other < largest; ++other) {
                if (other == index) continue;
                EXPECT_FALSE(verify_inclusion(leaf, other, size, proof, top));
                EXPECT_FALSE(verify_inclusion(source(0, other), index, size, proof, top));
            }
            for (std::uint64_t other = 0; other <= largest; ++other) {
                if (other == size) continue;
                EXPECT_FALSE(verify_inclusion(leaf, index, size, proof, root(source, other)));
            }
        }
    }
}

TEST(Inclusion, FailsInATreeWithoutThatLeaf) {
    const auto proof = inclusion_proof(source, 7, 20);
    for (std::uint64_t size = 0; size <= 7; ++size) {
        EXPECT_FALSE(verify_inclusion(source(0, 7), 7, size, proof, root(source, 20)));
    }
}

TEST(Inclusion, FailsWhenAHashIsChangedMissingOrAdded) {
    const std::uint64_t size = 37;
    const Digest top = root(source, size);
    for (std::uint64_t index = 0; index < size; ++index) {
        const auto proof = inclusion_proof(source, index, size);
        const Digest leaf = source(0, index);
        for (std::size_t i = 0; i < proof.size(); ++i) {
            auto changed = proof;
            changed[i][i % 32] ^= 0x10;
            EXPECT_FALSE(verify_inclusion(leaf, index, size, changed, top));
            auto shorter = proof;
            shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
            EXPECT_FALSE(verify_inclusion(leaf, index, size, shorter, top));
            auto longer = proof;
            longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(i), top);
            EXPECT_FALSE(verify_inclusion(leaf, index, size, longer, top));
        }
        auto longer = proof;
        longer.push_back(top);
        EXPECT_FALSE(verify_inclusion(leaf, index, size, longer, top));
    }
}

TEST(Consistency, HoldsBetweenEveryTwoSizes) {
    for (std::uint64_t size = 1; size <= largest; ++size) {
        for (std::uint64_t old = 1; old <= size; ++old) {
            const auto proof = consistency_proof(source, old, size);
            EXPECT_TRUE(verify_consistency(old, size, proof, root(source, old), root(source, size)))
                << old << " to " << size;
        }
    }
}

TEST(Consistency, FailsForAnotherRoot) {
    for (std::uint64_t size = 2; size <= 20; ++size) {
        for (std::uint64_t old = 1; old < size; ++old) {
            const auto proof = consistency_proof(source, old, size);
            for (std::uint64_t other = 0; other <= largest; ++other) {
                const Digest root_of_other = root(source, other);
                EXPECT_EQ(verify_consistency(old, size, proof, root_of_other, root(source, size)), other == old);
                EXPECT_EQ(verify_consistency(old, size, proof, root(source, old), root_of_other), other == size);
            }
        }
    }
}

TEST(Consistency, FailsWhenAHashIsChangedMissingOrAdded) {
    for (std::uint64_t size = 2; size <= 20; ++size) {
        for (std::uint64_t old = 1; old < size; ++old) {
            const auto proof = consistency_proof(source, old, size);
            const Digest old_root = root(source, old);
            const Digest top = root(source, size);
            for (std::size_t i = 0; i < proof.size(); ++i) {
                auto changed = proof;
                changed[i][31 - i] ^= 0x01;
                EXPECT_FALSE(verify_consistency(old, size, changed, old_root, top));
                auto shorter = proof;
                shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
                EXPECT_FALSE(verify_consistency(old, size, shorter, old_root, top));
            }
            auto longer = proof;
            longer.push_back(top);
            EXPECT_FALSE(verify_consistency(old, size, longer, old_root, top));
        }
    }
}

TEST(Consistency, OfAnEmptyTreeProvesNothing) {
    const Digest top = root(source, 5);
    EXPECT_THROW((void)consistency_proof(source, 0, 5), std::out_of_range);
    EXPECT_FALSE(verify_consistency(0, 5, {}, empty_root(), top));
    EXPECT_FALSE(verify_consistency(0, 0, {}, empty_root(), empty_root()));
    EXPECT_FALSE(verify_consistency(5, 3, {}, top, root(source, 3)));
}

TEST(Proofs, OfTheLargestSizesEnd) {
    constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
    const auto same = [](unsigned /*level*/, std::uint64_t /*index*/) { return Digest{}; };
    const auto proof = inclusion_proof(same, huge - 1, huge);
    const Digest top = root(same, huge);
    EXPECT_TRUE(verify_inclusion(Digest{}, huge - 1, huge, proof, top));
    EXPECT_FALSE(verify_inclusion(Digest{}, huge, huge, proof, top));
    const std::uint64_t half = (huge >> 1) + 1;
    EXPECT_TRUE(verify_consistency(half, huge, consistency_proof(same, half, huge), root(same, half), top));
    EXPECT_THROW((void)inclusion_proof(same, huge, huge), std::out_of_range);
    EXPECT_THROW((void)consistency_proof(same, 4, 3), std::out_of_range);
}

}  // namespace
}  // namespace msh::merkle
