// Roots made by someone who wants to do harm: each block is what its CID names, but the DAG is not that of a payload of
// the size the record gives.
#include "ipfs/file_walk.hpp"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <utility>
#include <vector>

#include "ipfs/payload.hpp"
#include "unit/ipfs/memory_source.hpp"

namespace msh::ipfs {
namespace {

using test::MemorySource;
using test::random_bytes;

constexpr Layout layout{64, 4};

struct Walked : FileVisitor {
    void leaf(const Cid& /*cid*/, std::uint64_t offset, ByteView leaf) override {
        is_in_order = is_in_order && offset == bytes.size();
        append(bytes, leaf);
    }
    void fault(const Cid& cid, BlockProblem fault) override { faults.emplace_back(cid, fault); }
    Bytes bytes;
    bool is_in_order = true;  // and nothing was left out
    std::vector<std::pair<Cid, BlockProblem>> faults;
};

Walked walk(MemorySource& source, const Cid& root, std::uint64_t size) {
    Walked walked;
    walk_file(root, size, {&source}, layout, 2, walked);
    return walked;
}

bool is_malformed(MemorySource& source, const Cid& root, std::uint64_t size) {
    const Walked walked = walk(source, root, size);
    return walked.bytes.empty() && walked.faults.size() == 1 && walked.faults[0].second == BlockProblem::malformed;
}

Cid add_node(MemorySource& source, const std::vector<Link>& links, const std::vector<std::uint64_t>& sizes) {
    return source.add(Codec::dag_pb, encode_node({links, encode_file_data(sizes)}));
}

class FileWalkTest : public ::testing::Test {
  protected:
    MemorySource source_;
    const Bytes bytes_ = random_bytes(200, 1);
    const Cid root_ = source_.add_file(bytes_, layout);  // four leaves: 64, 64, 64, 8
    const Node node_ = decode_node(source_.blocks.at(root_.text())).value();
    const Bytes data_ = encode_file_data({64, 64, 64, 8});
};

TEST_F(FileWalkTest, TakesTheDagOfTheSizeAndNoOtherSize) {
    EXPECT_EQ(*node_.data, data_);
    EXPECT_EQ(walk(source_, root_, 200).bytes, bytes_);
    for (const std::uint64_t size :
         {std::uint64_t{0}, std::uint64_t{64}, std::uint64_t{192}, std::uint64_t{199}, std::uint64_t{201},
          std::uint64_t{256}, std::uint64_t{257}, std::uint64_t{1} << 53, std::numeric_limits<std::uint64_t>::max()}) {
        EXPECT_TRUE(is_malformed(source_, root_, size)) << size;
    }
}

TEST_F(FileWalkTest, RefusesEveryOtherNode) {
    const std::vector<std::function<void(Node&)>> changes = {
        [](Node& node) { node.data.reset(); },
        [](Node& node) { node.data->clear(); },
        [](Node& node) {
            node.data = encode_file_data({64, 64, 8, 64});
        },
        [](Node& node) {
            node.data = encode_file_data({64, 64, 64, 9});
        },
        [](Node& node) {
            node.data = encode_file_data({64, 64, 64});
        },
        [](Node& node) {
            node.data = encode_file_data({64, 64, 64, 8, 0});
        },
        [](Node& node) { node.data->at(1) = 1; },        // a directory
        [](Node& node) { node.data->push_back(0x38); },  // a field more
        [](Node& node) { node.links.pop_back(); },
        [](Node& node) { node.links.push_back(node.links.front()); },
        [](Node& node) { node.links.clear(); },
        [](Node& node) { node.links[0].name = "x"; },
        [](Node& node) { node.links[0].cid = Cid(Codec::dag_pb, node.links[0].cid.digest()); },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Node node = node_;
        changes[i](node);
        EXPECT_TRUE(is_malformed(source_, source_.add(Codec::dag_pb, encode_node(node)), 200)) << i;
    }
}

TEST_F(FileWalkTest, RefusesLeavesOfOtherSizes) {
    for (const std::size_t size : {0U, 63U, 65U, 1000000U}) {
        Node node = node_;
        node.links[1].cid = source_.add(Codec::raw, random_bytes(size, 2));
        const Walked walked = walk(source_, source_.add(Codec::dag_pb, encode_node(node)), 200);
        ASSERT_EQ(walked.faults.size(), 1U);
        EXPECT_EQ(walked.faults[0].first, node.links[1].cid);
        EXPECT_EQ(walked.faults[0].second, BlockProblem::malformed);
        EXPECT_EQ(walked.bytes.size(), 136U);
    }
}

// What a link says of the size below it is true, too: else one payload would have many roots.
TEST_F(FileWalkTest, RefusesALinkThatLiesAboutItsTotalSize) {
    Node node = node_;
    ++node.links[3].total_size;
    EXPECT_EQ(walk(source_, source_.add(Codec::dag_pb, encode_node(node)), 200).faults.size(), 1U);

    const Bytes bytes = random_bytes(300, 3);
    Node root = decode_node(source_.blocks.at(source_.add_file(bytes, layout).text())).value();
    root.links[0].total_size += 1;
    const Cid cid = source_.add(Codec::dag_pb, encode_node(root));
    const Walked walked = walk(source_, cid, 300);
    ASSERT_EQ(walked.faults.size(), 1U);
    EXPECT_EQ(walked.faults[0].first, root.links[0].cid);
}

// A hundred levels of nodes, each with the one below four times: 4^100 leaves for whoever walks them.
TEST_F(FileWalkTest, GoesNoDeeperThanTheSize) {
    Cid cid = source_.add(Codec::raw, Bytes(64, 0));
    std::uint64_t span = 64;
    std::uint64_t total = 64;
    for (int level = 0; level < 100; ++level) {
        cid = add_node(source_, std::vector<Link>(4, {cid, "", total}), std::vector<std::uint64_t>(4, span));
        span *= 4;
        total = 4 * total + source_.blocks.at(cid.text()).size();
    }
    source_.fetched = 0;
    EXPECT_TRUE(is_malformed(source_, cid, 200));
    EXPECT_TRUE(is_malformed(source_, cid, 100000));
    EXPECT_EQ(source_.fetched, 2U);
    // Empty parts, over which one could walk for ever without a byte.
    const Cid empty = source_.add(Codec::raw, {});
    EXPECT_TRUE(is_malformed(source_, add_node(source_, {4, {empty, "", 0}}, {0, 0, 0, 0}), 200));
    EXPECT_TRUE(
        is_malformed(source_, add_node(source_, {40000, {empty, "", 0}}, std::vector<std::uint64_t>(40000)), 200));
}

// A tree that is not as deep everywhere.
TEST_F(FileWalkTest, RefusesAnotherBalance) {
    const Cid leaf = source_.add(Codec::raw, Bytes(64, 1));
    const Cid inner = add_node(source_, {{leaf, "", 64}}, {64});
    const std::uint64_t inner_size = 64 + source_.blocks.at(inner.text()).size();
    EXPECT_TRUE(is_malformed(source_, add_node(source_, {{inner, "", inner_size}, {leaf, "", 64}}, {64, 64}), 128));
    EXPECT_TRUE(is_malformed(source_, inner, 64));
    // The same bytes, cut elsewhere.
    const Cid half = source_.add(Codec::raw, Bytes(32, 1));
    EXPECT_TRUE(is_malformed(source_, add_node(source_, {4, {half, "", 32}}, {32, 32, 32, 32}), 128));
}

TEST_F(FileWalkTest, RefusesBytesThatAreNoNode) {
    EXPECT_TRUE(is_malformed(source_, source_.add(Codec::dag_pb, {}), 200));
    EXPECT_TRUE(is_malformed(source_, source_.add(Codec::dag_pb, random_bytes(1000, 5)), 200));
    EXPECT_TRUE(is_malformed(source_, Cid(Codec::raw, root_.digest()), 200));
    EXPECT_TRUE(is_malformed(source_, source_.add(Codec::raw, random_bytes(65, 5)), 64));
    const Cid leaf = source_.add(Codec::raw, random_bytes(64, 5));
    EXPECT_TRUE(is_malformed(source_, Cid(Codec::dag_pb, leaf.digest()), 64));
}

// A source that gives more than a block may hold is not believed, whatever the CID.
TEST_F(FileWalkTest, TakesNoBlockAboveTheLimit) {
    const Cid cid = source_.add(Codec::raw, Bytes(max_block_size + 1, 0));
    EXPECT_EQ(find_block({&source_}, cid).state, LookupResult::State::damaged);
    const Cid largest = source_.add(Codec::raw, Bytes(max_block_size, 0));
    EXPECT_EQ(find_block({&source_}, largest).state, LookupResult::State::found);
}

}  // namespace
}  // namespace msh::ipfs
