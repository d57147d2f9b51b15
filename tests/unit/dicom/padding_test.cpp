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

TEST(Padding, RoundsWhatIsNotPixels) {
    constexpr std::uint64_t matrix = 512 * 512 * 2;
    EXPECT_EQ(padded_size(0, 0), 0U);
    EXPECT_EQ(padded_size(1, 0), 8192U);
    EXPECT_EQ(padded_size(8192, 0), 8192U);
    EXPECT_EQ(padded_size(8193, 0), 16384U);
    EXPECT_EQ(padded_size(matrix + 700, matrix), padme(matrix + 8192));
    EXPECT_EQ(padded_size(matrix + 8192, matrix), padme(matrix + 8192));
    EXPECT_EQ(padded_size(matrix + 8193, matrix), padme(matrix + 16384));
    // A small matrix: Padmé alone would tell a short text from a long one.
    constexpr std::uint64_t small = 64 * 64 * 2;
    EXPECT_NE(padme(small + 700), padme(small + 2700));
    EXPECT_EQ(padded_size(small + 700, small), padded_size(small + 2700, small));
}

TEST(Padding, TheElementFits) {
    for (const std::uint32_t header : {8U, 12U}) {
        for (const std::uint64_t pixels : {0U, 8U, 5002U, 524288U}) {
            for (std::uint64_t size = pixels + 300; size < pixels + 30000; ++size) {
                const std::uint64_t total = size + header + padding_for(size, pixels, header);
                ASSERT_EQ(padded_size(size + header, pixels), total) << size;
                ASSERT_EQ(padme(total), total) << size;
                ASSERT_EQ(total % 2, 0U) << size;
                ASSERT_LE(total - size, header + padding_block + (size + padding_block) * 12 / 100) << size;
            }
        }
    }
}

TEST(Padding, StaysWithinAnElementsLength) {
    EXPECT_EQ(padding_for((1ULL << 45) + 2, 0, 12), 0xFFFFFFFEU);
    EXPECT_EQ(padding_for((1ULL << 45) + 700, 1ULL << 45, 12), 0xFFFFFFFEU);
}

}  // namespace
}  // namespace msh::dicom
