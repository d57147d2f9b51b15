#include "ipfs/download.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <iterator>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "support/temporary_folder.hpp"
#include "unit/ipfs/memory_source.hpp"

namespace msh::ipfs {
namespace {

namespace fs = std::filesystem;
using test::MemorySource;
using test::random_bytes;

constexpr Layout small{64, 4};
constexpr std::size_t size = 64 * 20 + 10;  // 21 leaves below 6 nodes, below 2, below the root

class DownloadTest : public ::testing::Test {
  protected:
    void grow_it(const PayloadRef& what) { resume_download(what, finder, small, file); }
    void write(ByteView there) const { write_file_atomically(file, there, 0600); }
    [[nodiscard]] Bytes content() const { return read_file(file, 1 << 24).value_or(Bytes()); }
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
    }
    // How many blocks are fetched where the file holds this.
    std::size_t fetched_over(ByteView there) {
        write(there);
        source.fetched = 0;
        grow_it(payload);
        EXPECT_TRUE(content() == bytes);
        return source.fetched;
    }

    const msh::test::TemporaryFolder folder;
    const fs::path file = folder.path() / "file";
    MemorySource source;
    const BlockSources sources{&source};
    SequentialFinder finder{sources, 3};
    const Bytes bytes = random_bytes(size, 8);
    const PayloadRef payload{source.add_file(bytes, small), size};
    const std::size_t nodes = source.blocks.size() - 21;
};

TEST_F(DownloadTest, GrowsOutOfNothing) {
    grow_it(payload);
    EXPECT_TRUE(content() == bytes);
    EXPECT_EQ(source.fetched, nodes + 21);
}

TEST_F(DownloadTest, FetchesWhatIsLackingAlone) {
    EXPECT_EQ(fetched_over(bytes), nodes);
    EXPECT_EQ(fetched_over({}), nodes + 21);
    EXPECT_EQ(fetched_over(ByteView(bytes).first(64 * 7)), nodes + 14);
    EXPECT_EQ(fetched_over(ByteView(bytes).first(64 * 7 + 63)), nodes + 14);
    EXPECT_EQ(fetched_over(ByteView(bytes).first(size - 1)), nodes + 1);
    Bytes longer = bytes;
    longer.resize(size + 1000, 7);
    EXPECT_EQ(fetched_over(longer), nodes);
    Bytes wrong = bytes;
    wrong[64 * 3] ^= 1;
    wrong[64 * 20 + 9] ^= 1;
    EXPECT_EQ(fetched_over(wrong), nodes + 2);
    Bytes with_hole = bytes;
    std::fill_n(with_hole.begin() + 64 * 4, 64 * 2 + 1, std::uint8_t{0});
    EXPECT_EQ(fetched_over(with_hole), nodes + 3);
    EXPECT_EQ(fetched_over(random_bytes(size, 9)), nodes + 21);
}

TEST_F(DownloadTest, GrowsPayloadsOfOneBlock) {
    for (const std::size_t length : {0U, 1U, 63U, 64U}) {
        const Bytes block = random_bytes(length, 3);
        const PayloadRef one{source.add_file(block, small), length};
        for (const Bytes& there : {Bytes(), block, Bytes(100, 1)}) {
            write(there);
            source.fetched = 0;
            grow_it(one);
            EXPECT_TRUE(content() == block);
            EXPECT_EQ(source.fetched, length > 0 && there == block ? 0U : 1U) << length;
        }
    }
}

TEST_F(DownloadTest, WhatIsBrokenOffIsKept) {
    const Bytes last(bytes.end() - 10, bytes.end());
    source.blocks.erase(Cid::of(Codec::raw, last).text());
    EXPECT_THROW(grow_it(payload), Error);
    EXPECT_TRUE(std::ranges::equal(ByteView(content()).first(64 * 20), ByteView(bytes).first(64 * 20)));
    source.add(Codec::raw, last);
    source.fetched = 0;
    grow_it(payload);
    EXPECT_TRUE(content() == bytes);
    EXPECT_EQ(source.fetched, nodes + 1);
}

TEST_F(DownloadTest, NothingIsLeftOfWhatNobodyHas) {
    source.blocks.clear();
    EXPECT_THROW(grow_it(payload), Error);
    EXPECT_EQ(entries(), 0U);
    EXPECT_THROW(grow_it({payload.root, std::uint64_t{1} << 60}), Error);
    EXPECT_EQ(entries(), 0U);
}

TEST_F(DownloadTest, APartNeedsItsLeavesAlone) {
    std::mt19937 random(4);
    for (int i = 0; i < 200; ++i) {
        const std::uint64_t offset = random() % size;
        const std::uint64_t length = 1 + random() % 300;
        source.fetched = 0;
        const ByteRange ranges[] = {{offset, length}, {0, 0}};
        download_part(payload, finder, small, ranges, file);
        const std::uint64_t end = std::min<std::uint64_t>(offset + length, size);
        const std::uint64_t leaves = (end - 1) / 64 - offset / 64 + 1;
        EXPECT_LE(source.fetched, nodes + leaves);
        EXPECT_GE(source.fetched, leaves + 3);
        const Bytes got = content();
        ASSERT_EQ(got.size(), size);
        EXPECT_TRUE(std::ranges::equal(ByteView(got).subspan(offset, end - offset),
                                       ByteView(bytes).subspan(offset, end - offset)));
        EXPECT_EQ(static_cast<std::uint64_t>(std::count(got.begin(), got.end(), 0)) > 64, leaves < 19);
    }
    EXPECT_EQ(entries(), 1U);
}

TEST_F(DownloadTest, APartThatIsLargerThanTheDiskIsToldBeforeAnyBlock) {
    const PayloadRef huge{payload.root, std::uint64_t{1} << 52};
    const ByteRange ranges[] = {{0, 16}, {16, std::uint64_t{1} << 60}};
    try {
        download_part(huge, finder, small, ranges, file);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
    }
    EXPECT_EQ(source.fetched, 0U);
    EXPECT_EQ(entries(), 0U);
}

TEST_F(DownloadTest, APartThatIsNotWholeDoesNotAppear) {
    source.blocks.erase(Cid::of(Codec::raw, ByteView(bytes).subspan(64, 64)).text());
    const ByteRange lacking[] = {{0, 65}};
    EXPECT_THROW(download_part(payload, finder, small, lacking, file), Error);
    EXPECT_EQ(entries(), 0U);
    const ByteRange there[] = {{0, 64}};
    download_part(payload, finder, small, there, file);
    EXPECT_EQ(entries(), 1U);
}

}  // namespace
}  // namespace msh::ipfs
