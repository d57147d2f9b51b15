#include "dicom/pixel_walk.hpp"

#include <gtest/gtest.h>
#include <string>

#include "base/error.hpp"
#include "file_support.hpp"

namespace msh::test {
namespace {

std::string walk(const std::string& bytes, std::uint64_t expected) {
    const dicom::Source source = dicom::Source::from_memory(Bytes(bytes.begin(), bytes.end()));
    dicom::FileInput input(source, 0);
    try {
        EXPECT_EQ(dicom::walk_fragments(input), expected);
        EXPECT_EQ(input.position(), expected);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
        return error.what();
    }
    return "";
}

TEST(PixelWalk, GoesByLengths) {
    EXPECT_EQ(walk(sequence_end, 8), "");
    // A fragment that holds what looks like the end, and one of odd length.
    const std::string value = fragment("") + fragment(sequence_end + sequence_end) + fragment("abc") + sequence_end;
    EXPECT_EQ(walk(value + "what follows", value.size()), "");
    const std::string large = fragment(std::string(300000, 'x')) + sequence_end;
    EXPECT_EQ(walk(large, large.size()), "");
}

TEST(PixelWalk, TheTableHoldsOffsets) {
    EXPECT_EQ(walk(fragment("0123") + fragment("ab") + sequence_end, 30), "");
    EXPECT_EQ(walk(fragment("012345") + fragment("ab") + sequence_end, 0),
              "damaged pixel data: a basic offset table of a wrong length");
}

TEST(PixelWalk, EveryTruncationIsFound) {
    const std::string value = fragment("") + fragment("abcdefgh") + fragment("ij") + sequence_end;
    for (std::size_t size = 1; size < value.size(); ++size) {
        EXPECT_EQ(walk(value.substr(0, size), 0), "truncated in its pixel data") << size;
    }
}

TEST(PixelWalk, OnlyItems) {
    const std::string damaged = "damaged pixel data: no fragment where one should begin";
    EXPECT_EQ(walk(std::string(16, '\0'), 0), damaged);
    EXPECT_EQ(walk(fragment("") + item_end + sequence_end, 0), damaged);
    EXPECT_EQ(walk(std::string("\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF", 8) + sequence_end, 0), damaged);
    EXPECT_EQ(walk(std::string("\xFE\xFF\xDD\xE0\x01\0\0\0", 8), 0), damaged);  // an end with a length
}

}  // namespace
}  // namespace msh::test
