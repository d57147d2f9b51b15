#include "dicom/input.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <utility>
#include <zlib.h>

#include "base/error.hpp"
#include "dicom/deflate.hpp"

namespace msh::dicom {
namespace {

Bytes some_bytes(std::size_t size) {
    std::mt19937 random(3);
    Bytes bytes(size);
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random() % 50);
    return bytes;
}

Bytes deflate(ByteView bytes) {
    Bytes out;
    Deflater deflater([&](ByteView part) { append(out, part); });
    deflater(bytes);
    deflater.finish();
    return out;
}

// Peeks, reads, skips and steps back at random, and compares with the bytes.
void walk(Input& input, const Bytes& bytes, unsigned seed) {
    std::mt19937 random(seed);
    std::size_t position = 0;
    while (position < bytes.size()) {
        const std::size_t left = bytes.size() - position;
        ASSERT_EQ(input.position(), position);
        const std::size_t count = random() % 3 == 0 ? random() % 100000 : random() % 500;
        switch (random() % 4) {
            case 0: {
                const ByteView ahead = input.peek(count);
                ASSERT_EQ(ahead.size(), std::min({count, left, Input::reach}));
                ASSERT_TRUE(std::equal(ahead.begin(), ahead.end(), bytes.begin() + static_cast<long>(position)));
                break;
            }
            case 1: {
                Bytes part(count);
                const std::size_t got = input.read(part);
                ASSERT_EQ(got, std::min(count, left));
                ASSERT_TRUE(std::equal(part.begin(), part.begin() + static_cast<long>(got),
                                       bytes.begin() + static_cast<long>(position)));
                position += got;
                const std::size_t back = std::min<std::size_t>(random() % 100, got);
                input.rewind(back);
                position -= back;
                break;
            }
            default:
                ASSERT_EQ(input.skip(count), std::min(count, left));
                position += std::min(count, left);
        }
    }
    EXPECT_TRUE(input.peek(1).empty());
    EXPECT_EQ(input.skip(1), 0U);
}

TEST(Input, GivesTheBytesOfAFile) {
    const Bytes bytes = some_bytes(700'001);
    const Source source = Source::from_memory(bytes);
    for (unsigned seed = 0; seed < 20; ++seed) {
        FileInput input(source, 0);
        walk(input, bytes, seed);
    }
}

TEST(Input, GivesTheBytesOfADeflatedFile) {
    const Bytes bytes = some_bytes(700'001);
    for (unsigned seed = 0; seed < 10; ++seed) {
        Bytes file = deflate(bytes);
        EXPECT_EQ(file.size() % 2, 0U);
        const Source source = Source::from_memory(std::move(file));
        InflateInput input(source, 0);
        walk(input, bytes, seed);
    }
}

std::string inflate_failure(Bytes file) {
    const Source source = Source::from_memory(std::move(file));
    InflateInput input(source, 0);
    try {
        while (input.skip(1 << 20) > 0) {
        }
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
        return error.what();
    }
    return "";
}

TEST(Input, WhatMayFollowDeflatedData) {
    const Bytes bytes = some_bytes(5000);
    Bytes file = deflate(bytes);
    EXPECT_EQ(inflate_failure(file), "");
    file.resize(file.size() + 100000);
    EXPECT_EQ(inflate_failure(file), "");
    file.back() = 1;
    EXPECT_EQ(inflate_failure(file), "trailing bytes after the deflated data set");
    file.back() = 0;
    file.resize(file.size() + (2 << 20));
    EXPECT_EQ(inflate_failure(file), "trailing bytes after the deflated data set");
}

TEST(Input, TheTrailerOfGzipMayFollowDeflatedData) {
    const Bytes bytes = some_bytes(5000);
    const auto check = static_cast<std::uint32_t>(::crc32(0, bytes.data(), 5000));
    Bytes file = deflate(bytes);
    if (file.back() == 0) file.pop_back();  // the zero that made it even
    for (const std::uint32_t number : {check, std::uint32_t{5000}}) {
        for (unsigned shift = 0; shift < 32; shift += 8)
            file.push_back(static_cast<std::uint8_t>(number >> shift));
    }
    EXPECT_EQ(inflate_failure(file), "");
    file[file.size() - 3] ^= 1;
    EXPECT_EQ(inflate_failure(file), "trailing bytes after the deflated data set");
}

TEST(Input, DamagedDeflatedData) {
    const Bytes file = deflate(some_bytes(5000));
    for (std::size_t size = 1; size + 1 < file.size(); size += 7) {
        EXPECT_EQ(inflate_failure(Bytes(file.begin(), file.begin() + static_cast<long>(size))),
                  "truncated in its deflated data set");
    }
    EXPECT_EQ(inflate_failure(Bytes(100, 0xFF)), "damaged in its deflated data set");
}

}  // namespace
}  // namespace msh::dicom
