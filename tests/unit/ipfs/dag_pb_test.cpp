#include "ipfs/dag_pb.hpp"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "base/encoding.hpp"

namespace msh::ipfs {
namespace {

const Cid leaf = Cid::of(Codec::raw, as_bytes("leaf"));
constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

// A node of one link whose parts are given as they stand on the wire.
Bytes node_of(const std::string& link_hex, const std::string& behind_hex = "") {
    const Bytes link = hex(link_hex);
    Bytes out = {0x12, static_cast<std::uint8_t>(link.size())};
    append(out, link);
    append(out, hex(behind_hex));
    return out;
}

const std::string hash_hex = "0a24" + to_hex(leaf.binary());

TEST(DagPb, WritesTheKnownBytes) {
    EXPECT_EQ(encode_node({}), Bytes{});
    EXPECT_EQ(to_hex(encode_node({{}, Bytes{8, 1}})), "0a020801");
    EXPECT_EQ(to_hex(encode_node({{{leaf, "", 4}}, std::nullopt})), "122a" + hash_hex + "12001804");
    EXPECT_EQ(to_hex(encode_node({{{leaf, "ab", 300}}, Bytes{}})), "122d" + hash_hex + "1202616218ac02" + "0a00");
}

// The empty directory of UnixFS is a node with the data 0x0801.
TEST(DagPb, WritesTheEmptyDirectoryOfTheProfile) {
    EXPECT_EQ(Cid::of(Codec::dag_pb, encode_node({{}, Bytes{8, 1}})).text(),
              "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354");
}

TEST(DagPb, WritesTheDataOfAFile) {
    EXPECT_EQ(to_hex(encode_file_data({})), "08021800");
    EXPECT_EQ(to_hex(encode_file_data({1048576, 1})),
              "0802188180402080804020"
              "01");
}

TEST(DagPb, ReadsWhatItWrites) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 300; ++round) {
        Node node;
        for (std::uint64_t i = random() % 5; i > 0; --i) {
            const std::uint64_t number = random();
            node.links.push_back({Cid::of(i % 2 == 0 ? Codec::raw : Codec::dag_pb, Bytes{static_cast<std::uint8_t>(i)}),
                                  std::string(random() % 200, 'n'), number >> (random() % 64)});
        }
        if (random() % 3 != 0) node.data = Bytes(random() % 300, 7);
        EXPECT_EQ(decode_node(encode_node(node)), node);
    }
    const Node largest{{{leaf, "", huge}}, std::nullopt};
    EXPECT_EQ(decode_node(encode_node(largest)), largest);
}

TEST(DagPb, HasOneSpelling) {
    ASSERT_TRUE(decode_node(node_of(hash_hex + "12001804")));
    ASSERT_TRUE(decode_node(node_of(hash_hex + "12001804", "0a0101")));

    EXPECT_FALSE(decode_node(node_of(hash_hex + "1804")));           // no name
    EXPECT_FALSE(decode_node(node_of(hash_hex + "1200")));           // no size
    EXPECT_FALSE(decode_node(node_of("12001804")));                  // no hash
    EXPECT_FALSE(decode_node(node_of("1200" + hash_hex + "1804")));  // another order
    EXPECT_FALSE(decode_node(node_of(hash_hex + "1200"
                                                "1804"
                                                "1804")));  // twice
    EXPECT_FALSE(decode_node(node_of(hash_hex + "12001804"
                                                "2000")));                        // unknown
    EXPECT_FALSE(decode_node(node_of(hash_hex + "1200188400")));                  // a longer varint
    EXPECT_FALSE(decode_node(node_of(hash_hex + "12001980ffffffffffffff")));      // another wire type
    EXPECT_FALSE(decode_node(node_of(hash_hex + "120018ffffffffffffffffff02")));  // above 64 bits
    EXPECT_FALSE(decode_node(node_of(hash_hex + "120018ffffffffffffffffff8101")));
    EXPECT_FALSE(
        decode_node(node_of("0a22"
                            "1220" +
                            to_hex(leaf.digest()) + "12001804")));  // version 0

    const std::string link = to_hex(node_of(hash_hex + "12001804"));
    EXPECT_FALSE(decode_node(hex("0a0101" + link)));         // data before links
    EXPECT_FALSE(decode_node(hex(link + "0a0101" + link)));  // data between links
    EXPECT_FALSE(decode_node(hex(link + "0a01010a0101")));   // data twice
    EXPECT_FALSE(decode_node(hex(link + "0a8100"
                                        "01")));               // a longer length
    EXPECT_FALSE(decode_node(hex(link + "1a00")));             // unknown
    EXPECT_FALSE(decode_node(hex(link + "00")));               // something behind
    EXPECT_FALSE(decode_node(hex("0affffffffffffffffff01")));  // longer than all there is
}

// Whatever one does to the bytes of a node: they are refused, or they are the one spelling of another node.
TEST(DagPb, EveryChangeIsRefusedOrAnotherNode) {
    const Node node{{{leaf, "", 300}, {Cid::of(Codec::dag_pb, {}), "x", 5}}, encode_file_data({300, 5})};
    const Bytes good = encode_node(node);
    std::size_t taken = 0;
    for (std::size_t place = 0; place < good.size(); ++place) {
        for (unsigned value = 0; value < 256; ++value) {
            Bytes changed = good;
            changed[place] = static_cast<std::uint8_t>(value);
            const auto read = decode_node(changed);
            if (!read) continue;
            ++taken;
            EXPECT_EQ(encode_node(*read), changed);
            EXPECT_EQ(*read == node, changed == good);
        }
        const Bytes front(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(place));
        const auto shorter = decode_node(front);
        EXPECT_TRUE(!shorter || encode_node(*shorter) == front);
    }
    EXPECT_GT(taken, good.size());  // the changes within digests, names and data
}

}  // namespace
}  // namespace msh::ipfs
