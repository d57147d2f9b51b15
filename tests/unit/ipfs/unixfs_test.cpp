#include "ipfs/unixfs.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <limits>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"
#include "unit/ipfs/keystream.hpp"
#include "unit/ipfs/memory_source.hpp"

namespace msh::ipfs {
namespace {

using test::Keystream;
using test::random_bytes;

struct Built {
    std::vector<Cid> order;
    std::vector<Bytes> blocks;
    std::optional<Cid> root;

    [[nodiscard]] std::map<std::string, Bytes> named() const {
        std::map<std::string, Bytes> found;
        for (std::size_t i = 0; i < order.size(); ++i)
            found[order[i].text()] = blocks[i];
        return found;
    }
};

Built build(ByteView bytes, const Layout& layout, unsigned workers = 1, std::size_t piece = 0) {
    Built built;
    std::mutex mutex;
    FileBuilder builder(
        layout,
        [&](const Cid& cid, ByteView block) {
            const std::lock_guard guard(mutex);
            built.order.push_back(cid);
            built.blocks.emplace_back(block.begin(), block.end());
        },
        workers);
    if (piece == 0) piece = std::max<std::size_t>(bytes.size(), 1);
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size()))) {
        builder.push(bytes.first(std::min(piece, bytes.size())));
    }
    built.root = builder.finish();
    return built;
}

// The same DAG by its definition: all leaves, then level over level until one block is left.
struct Part {
    Cid cid;
    std::uint64_t span;
    std::uint64_t total_size;
};

Part whole_by_levels(ByteView bytes, const Layout& layout) {
    std::vector<Part> parts;
    do {
        const ByteView leaf = bytes.first(std::min(layout.leaf_size, bytes.size()));
        parts.push_back({Cid::of(Codec::raw, leaf), leaf.size(), leaf.size()});
        bytes = bytes.subspan(leaf.size());
    } while (!bytes.empty());
    while (parts.size() > 1) {
        std::vector<Part> above;
        for (std::size_t begin = 0; begin < parts.size(); begin += layout.max_links) {
            Node node;
            std::vector<std::uint64_t> spans;
            Part part{parts[begin].cid, 0, 0};
            for (std::size_t i = begin; i < std::min(begin + layout.max_links, parts.size()); ++i) {
                node.links.push_back({parts[i].cid, "", parts[i].total_size});
                spans.push_back(parts[i].span);
                part.span += parts[i].span;
                part.total_size += parts[i].total_size;
            }
            node.data = encode_file_data(spans);
            const Bytes block = encode_node(node);
            above.push_back({Cid::of(Codec::dag_pb, block), part.span, part.total_size + block.size()});
        }
        parts = above;
    }
    return parts.front();
}

Cid root_by_levels(ByteView bytes, const Layout& layout) {
    return whole_by_levels(bytes, layout).cid;
}

TEST(FileBuilder, AFileOfOneLeafIsThatBlock) {
    const Built empty = build({}, unixfs_v1_2025);
    EXPECT_EQ(empty.root, Cid::of(Codec::raw, {}));
    EXPECT_EQ(empty.blocks, std::vector<Bytes>{Bytes{}});
    const Bytes whole = random_bytes(16, 1);
    const Built one = build(whole, {16, 2});
    EXPECT_EQ(one.root, Cid::of(Codec::raw, whole));
    EXPECT_EQ(one.blocks, std::vector<Bytes>{whole});
}

TEST(FileBuilder, GivesTheDagOfTheDefinition) {
    for (const Layout layout : {Layout{1, 2}, Layout{4, 2}, Layout{4, 3}, Layout{7, 4}, Layout{16, 10}}) {
        for (std::size_t size = 0; size < 300; ++size) {
            const Bytes bytes = random_bytes(size, static_cast<unsigned>(size));
            const Built built = build(bytes, layout);
            ASSERT_EQ(built.root, root_by_levels(bytes, layout)) << size;
            ASSERT_EQ(built.order.back(), built.root);
        }
    }
}

TEST(FileBuilder, PiecesAndWorkersMakeNoDifference) {
    const Layout layout{64, 3};
    const Bytes bytes = random_bytes(5000, 7);
    const Built once = build(bytes, layout);
    for (const std::size_t piece : {1U, 63U, 64U, 65U, 128U, 1000U}) {
        for (const unsigned workers : {1U, 2U, 5U}) {
            const Built built = build(bytes, layout, workers, piece);
            EXPECT_EQ(built.root, once.root);
            EXPECT_EQ(built.named(), once.named());
            EXPECT_TRUE(workers > 1 || built.order == once.order);
        }
    }
}

// Every link points to a block that was given out before.
TEST(FileBuilder, GivesChildrenBeforeTheirNode) {
    const Built built = build(random_bytes(3000, 3), {16, 4}, 3);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < built.order.size(); ++i) {
        EXPECT_EQ(Cid::of(built.order[i].codec(), built.blocks[i]), built.order[i]);
        if (built.order[i].codec() == Codec::dag_pb) {
            const auto node = decode_node(built.blocks[i]);
            for (const Link& link : node->links)
                EXPECT_TRUE(seen.contains(link.cid.text()));
        }
        seen.insert(built.order[i].text());
    }
}

TEST(FileBuilder, RandomSizesAroundTheBordersOfTheProfile) {
    std::mt19937 random(11);
    const std::size_t mebibyte = unixfs_v1_2025.leaf_size;
    std::vector<std::size_t> sizes;
    for (const std::size_t border : {mebibyte, 2 * mebibyte, 5 * mebibyte}) {
        sizes.insert(sizes.end(), {border - 1, border, border + 1, border - random() % 4000});
    }
    for (const std::size_t size : sizes) {
        const Bytes bytes = random_bytes(size, static_cast<unsigned>(size));
        EXPECT_EQ(build(bytes, unixfs_v1_2025, 2, 3 * mebibyte).root, root_by_levels(bytes, unixfs_v1_2025));
    }
}

TEST(Layout, LevelsFollowFromTheSize) {
    constexpr std::uint64_t mebibyte = 1024 * 1024;
    const auto levels = [](std::uint64_t size) { return node_levels(unixfs_v1_2025, size); };
    EXPECT_EQ(levels(0), 0U);
    EXPECT_EQ(levels(mebibyte), 0U);
    EXPECT_EQ(levels(mebibyte + 1), 1U);
    EXPECT_EQ(levels(1024 * mebibyte), 1U);
    EXPECT_EQ(levels(1024 * mebibyte + 1), 2U);
    EXPECT_EQ(levels(mebibyte * mebibyte), 2U);
    EXPECT_EQ(levels(mebibyte * mebibyte + 1), 3U);
    EXPECT_EQ(levels(std::numeric_limits<std::uint64_t>::max()), 5U);
    EXPECT_EQ(full_span(unixfs_v1_2025, 9), std::numeric_limits<std::uint64_t>::max());
}

TEST(Layout, TheTotalSizeFollowsFromTheSize) {
    for (const Layout layout : {Layout{1, 2}, Layout{4, 3}, Layout{7, 4}, Layout{300, 10}}) {
        for (std::size_t size = 0; size < 40 * layout.leaf_size && size < 3000; ++size) {
            const Bytes bytes(size, 7);
            ASSERT_EQ(total_size(layout, size), whole_by_levels(bytes, layout).total_size) << size;
        }
    }
    constexpr std::size_t mebibyte = 1024 * 1024;
    EXPECT_EQ(total_size(unixfs_v1_2025, mebibyte), mebibyte);
    for (const std::size_t size : {mebibyte + 1, 3 * mebibyte, 9 * mebibyte + 12345}) {
        EXPECT_EQ(total_size(unixfs_v1_2025, size), whole_by_levels(Bytes(size, 7), unixfs_v1_2025).total_size);
    }
}

std::string root_of_case(const nlohmann::json& file) {
    FileBuilder builder(
        unixfs_v1_2025, [](const Cid& /*cid*/, ByteView /*block*/) {}, 2);
    if (file.contains("text")) {
        builder.push(as_bytes(file.at("text").get<std::string>()));
        return builder.finish().text();
    }
    Keystream stream(file.at("seed"));
    Bytes buffer(2 * unixfs_v1_2025.leaf_size);
    for (auto left = file.at("size").get<std::uint64_t>(); left > 0;) {
        const auto piece = MutableBytes(buffer).first(std::min<std::uint64_t>(left, buffer.size()));
        std::fill(piece.begin(), piece.end(), std::uint8_t{0});
        stream.apply(piece);
        builder.push(piece);
        left -= piece.size();
    }
    return builder.finish().text();
}

TEST(UnixfsVectors, Files) {
    std::ifstream in(msh::test::vectors("unixfs") / "ipip-0499.json");
    if (!in) GTEST_SKIP() << "no vectors";
    const auto vectors = nlohmann::json::parse(in);
    std::size_t passed = 0;
    for (const auto& file : vectors.at("files")) {
        const std::string root = root_of_case(file);
        EXPECT_EQ(root, file.at("cid").get<std::string>()) << file;
        passed += root == file.at("cid").get<std::string>() ? 1U : 0U;
    }
    std::cout << "unixfs: " << passed << " of " << vectors.at("files").size() << " file vectors passed\n";
    EXPECT_GT(passed, 0U);
}

}  // namespace
}  // namespace msh::ipfs
