#include "dicom/padding.hpp"

#include <array>
#include <gtest/gtest.h>
#include <random>
#include <utility>

namespace msh::dicom {
namespace {

TEST(Padding, PadmeSizes) {
    // exponent E, E's bit length S, multiples of 2^(E-S)
    const std::array<std::pair<std::uint64_t, std::uint64_t>, 9> sizes{
        {{0, 0},
         {1, 1},
         {8, 8},
         {9, 10},
         {100, 104},
         {1000, 1024},
         {1024, 1024},
         {1'000'000, 1'015'808},
         {(1ULL << 40) + 1, (1ULL << 40) + (1ULL << 34)}}};
    for (const auto& [size, padded] : sizes)
        EXPECT_EQ(padme(size), padded) << size;
}

TEST(Padding, IsSmallAndSettled) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 10000; ++i) {
        const std::uint64_t size = random() >> (20 + random() % 40);
        const std::uint64_t padded = padme(size);
        ASSERT_GE(padded, size);
        ASSERT_LE(padded - size, size * 12 / 100);
        ASSERT_EQ(padme(padded), padded);
    }
}

TEST(Padding, TheElementFits) {
    for (const std::uint32_t header : {8U, 12U}) {
        for (std::uint64_t size = 300; size < 100000; ++size) {
            const Padding padding = padding_for(size, header);
            const std::uint64_t total = size + (padding.needed ? header + padding.value_length : 0);
            ASSERT_EQ(padme(total), total) << size;
            ASSERT_TRUE(size % 2 != 0 || padding.value_length % 2 == 0) << size;
        }
    }
}

TEST(Padding, StaysWithinAnElementsLength) {
    const Padding padding = padding_for((1ULL << 45) + 2, 12);
    EXPECT_TRUE(padding.needed);
    EXPECT_EQ(padding.value_length, 0xFFFFFFFEU);
}

}  // namespace
}  // namespace msh::dicom
