#include "index/list.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

#include "base/encoding.hpp"

namespace msh::index {
namespace {

constexpr std::uint32_t run_limit = 16;

std::vector<std::uint32_t> some_of(std::uint32_t count, std::uint32_t documents, std::mt19937& random) {
    std::vector<std::uint32_t> all(documents);
    std::iota(all.begin(), all.end(), 0U);
    std::shuffle(all.begin(), all.end(), random);
    all.resize(count);
    std::sort(all.begin(), all.end());
    return all;
}

// Computed by a separate program from the header's words.
TEST(List, HasTheBytesOfItsDescription) {
    const auto coded = [](std::vector<std::uint32_t> numbers, unsigned size_class, std::uint32_t documents) {
        return to_hex(encode_list(numbers, *shape_of(size_class, documents, run_limit)));
    };
    EXPECT_EQ(coded({0, 7, 8, 50, 99}, 3, 100), "171f97e20000");
    EXPECT_EQ(coded({5, 300, 16383}, 4, 16384), "00c49ffffad3000000000000000000000000000000000000");
    EXPECT_EQ(coded({0, 1, 2}, 2, 3), "a8");
}

TEST(List, ComesBackWhateverItsCount) {
    std::mt19937 random(1);
    for (const std::uint32_t documents : {1U, 2U, 3U, 7U, 64U, 100U, 1000U, 16384U, 70000U}) {
        const Shapes shapes(documents, run_limit);
        for (std::uint32_t count = 1; count <= documents; count += 1 + count / 3) {
            const ListShape& shape = shapes.of(count);
            const auto numbers = some_of(count, documents, random);
            const Bytes coded = encode_list(numbers, shape);
            EXPECT_EQ(coded.size(), shape.bytes);
            EXPECT_EQ(decode_list(coded, shape, documents), numbers) << count << " of " << documents;
        }
    }
}

// The longest codes: everything at one end, so that one gap is as wide as it can be.
TEST(List, FitsAtItsWorst) {
    for (const std::uint32_t documents : {1U, 5U, 255U, 256U, 257U, 16383U, 16384U, 16385U}) {
        const Shapes shapes(documents, run_limit);
        for (std::uint32_t count = 1; count <= documents; count *= 2) {
            const ListShape& shape = shapes.of(count);
            std::vector<std::uint32_t> low(count), high(count);
            std::iota(low.begin(), low.end(), 0U);
            std::iota(high.begin(), high.end(), documents - count);
            low.back() = documents - 1;
            EXPECT_EQ(decode_list(encode_list(low, shape), shape, documents), low);
            EXPECT_EQ(decode_list(encode_list(high, shape), shape, documents), high);
        }
    }
}

TEST(List, TakesTheLargestClassOfItsRoom) {
    const std::uint32_t documents = 16384;
    const Shapes shapes(documents, run_limit);
    for (std::uint32_t count = 1; count <= documents; ++count) {
        const ListShape& shape = shapes.of(count);
        EXPECT_LE(count, 1U << shape.size_class);
        const auto larger = shape_of(shape.size_class + 1, documents, run_limit);
        if (larger) {
            EXPECT_TRUE(larger->slots != shape.slots || larger->pages != shape.pages);
        }
        EXPECT_EQ(shape.is_long() || shape.run_room() >= shape.bytes, true);
    }
    EXPECT_EQ(shapes.of(1).slots, 1U);
    EXPECT_EQ(shapes.of(16).slots, 1U);
    EXPECT_EQ(shapes.of(17).slots, 2U);
    EXPECT_EQ(shapes.of(documents).pages, 2U);
    EXPECT_FALSE(shape_of(15, documents, run_limit));
    EXPECT_FALSE(shape_of(255, documents, run_limit));
}

// Page numbers of the longest list fit into what one slot can name, whatever the run limit.
TEST(List, NamesAllItsPagesAtTheLimit) {
    for (const std::uint32_t documents : {max_documents, max_documents - 1, max_documents / 2 + 1}) {
        const ListShape shape = Shapes(documents, 1).of(documents);
        EXPECT_GT(shape.index_pages, 0U);
        EXPECT_LE(shape.index_pages, numbers_a_slot);
        EXPECT_LE(shape.pages, shape.index_pages * numbers_a_page);
    }
}

TEST(List, RefusesWhatIsNoList) {
    const std::uint32_t documents = 100;
    const ListShape shape = *shape_of(3, documents, run_limit);
    EXPECT_FALSE(decode_list(Bytes(shape.bytes), shape, documents)) << "empty";
    EXPECT_FALSE(decode_list(Bytes(shape.bytes, 0xff), shape, documents)) << "a gap without end";
    EXPECT_FALSE(decode_list(Bytes(shape.bytes - 1), shape, documents)) << "too short";
    const std::vector<std::uint32_t> numbers{0, 99};
    Bytes coded = encode_list(numbers, shape);
    EXPECT_TRUE(decode_list(coded, shape, documents));
    EXPECT_FALSE(decode_list(coded, shape, documents - 1)) << "a number out of range";
    coded.back() |= 1;
    EXPECT_FALSE(decode_list(coded, shape, documents)) << "a bit behind the end";
}

TEST(List, SurvivesRandomBytes) {
    std::mt19937 random(2);
    std::size_t taken = 0;
    for (int round = 0; round < 20000; ++round) {
        const auto documents = static_cast<std::uint32_t>(1 + random() % 300);
        const auto shape = shape_of(static_cast<unsigned>(random() % 10), documents, run_limit);
        if (!shape) continue;
        Bytes coded(shape->bytes);
        for (auto& byte : coded)
            byte = static_cast<std::uint8_t>(random() & random());
        const auto numbers = decode_list(coded, *shape, documents);
        if (!numbers) continue;
        ++taken;
        EXPECT_LT(numbers->back(), documents);
        EXPECT_EQ(encode_list(*numbers, *shape), coded) << "a list has one spelling";
    }
    EXPECT_GT(taken, 100U);
}

}  // namespace
}  // namespace msh::index
