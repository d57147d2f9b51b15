#include "ipfs/directory.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <murmurhash.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "ipfs/hamt.hpp"
#include "support/temporary_folder.hpp"
#include "unit/ipfs/keystream.hpp"

namespace msh::ipfs {
namespace {

using Entries = std::vector<Link>;

struct Built {
    std::map<Cid, Bytes> blocks;
    std::vector<Cid> order;
    std::optional<Cid> root;
};

Built build(const Entries& entries, Cid (*by)(std::span<const Link>, const BlockSink&) = build_directory) {
    Built built;
    built.root = by(entries, [&](const Cid& cid, ByteView block) {
        EXPECT_EQ(Cid::of(Codec::dag_pb, block), cid);
        built.blocks[cid] = Bytes(block.begin(), block.end());
        built.order.push_back(cid);
    });
    EXPECT_EQ(built.order.back(), built.root);
    return built;
}

// What the file of an entry is, and how large, follows from its name.
Link entry(const std::string& name) {
    return {Cid::of(name.size() % 2 == 0 ? Codec::raw : Codec::dag_pb, as_bytes(name)), name, name.size() * 1000};
}

Entries numbered(std::size_t count) {
    Entries entries;
    for (std::size_t i = 0; i < count; ++i)
        entries.push_back(entry("entry " + std::to_string(i)));
    return entries;
}

std::string hash_hex(const std::string& name) {
    std::array<std::uint64_t, 2> hash{};
    lmmh_x64_128(name.data(), static_cast<unsigned>(name.size()), 0, hash.data());
    Bytes bytes(8);
    store_big_endian(hash[0], bytes);
    std::string text = to_hex(bytes);
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

// A reader by the specification alone: every entry of a shard and of those below, each of which has to be where its
// hash says, and no shard but the root has fewer than two entries.
class HamtReader {
  public:
    explicit HamtReader(const Built& built) : built_(built) { total_size = read(*built.root, ""); }

    std::map<std::string, Link> entries;
    std::size_t depth = 0;  // of the deepest shard
    std::size_t shards = 0;
    std::uint64_t total_size = 0;

  private:
    std::uint64_t read(const Cid& cid, const std::string& above) {
        ++shards;
        depth = std::max(depth, above.size() / 2);
        const Bytes& block = built_.blocks.at(cid);
        const auto node = decode_node(block);
        EXPECT_EQ(to_hex(*node->data), expected_data(*node));
        std::uint64_t sum = block.size();
        const std::size_t before = entries.size();
        for (const Link& link : node->links) {
            sum += link.total_size;
            const std::string path = above + link.name.substr(0, 2);
            if (link.name.size() == 2) {
                EXPECT_EQ(read(link.cid, path), link.total_size);
                continue;
            }
            const std::string name = link.name.substr(2);
            EXPECT_EQ(hash_hex(name).substr(0, path.size()), path);
            EXPECT_TRUE(entries.emplace(name, Link{link.cid, name, link.total_size}).second);
        }
        EXPECT_TRUE(above.empty() || entries.size() > before + 1);
        EXPECT_TRUE(std::is_sorted(node->links.begin(), node->links.end(),
                                   [](const Link& a, const Link& b) { return a.name < b.name; }));
        return sum;
    }

    // Type 5, a bitfield of 256 bits without leading zero bytes, hashType 0x22, fanout 256.
    static std::string expected_data(const Node& node) {
        Bytes bits(32);
        for (const Link& link : node.links) {
            const auto index = static_cast<std::size_t>(std::stoi(link.name.substr(0, 2), nullptr, 16));
            bits[31 - index / 8] = static_cast<std::uint8_t>(bits[31 - index / 8] | (1 << index % 8));
        }
        bits.erase(bits.begin(), std::find_if(bits.begin(), bits.end(), [](std::uint8_t byte) { return byte != 0; }));
        const Bytes size{static_cast<std::uint8_t>(bits.size())};
        return "080512" + to_hex(size) + to_hex(bits) + "2822308002";
    }

    const Built& built_;
};

void expect_same(const Entries& wanted, const std::map<std::string, Link>& found) {
    EXPECT_EQ(found.size(), wanted.size());
    for (const Link& one : wanted)
        EXPECT_TRUE(found.contains(one.name) && found.at(one.name) == one) << one.name;
}

TEST(Directory, ABasicOneIsANodeWithItsLinksByName) {
    const Built built = build({entry("b"), entry("a\xc3\xa9"), entry("a"), entry("B"), entry("\xff"), entry("a b")});
    ASSERT_EQ(built.blocks.size(), 1U);
    const auto node = decode_node(built.blocks.at(*built.root));
    std::string names;
    for (const Link& link : node->links) {
        EXPECT_EQ(link, entry(link.name));
        names += link.name + "|";
    }
    EXPECT_EQ(names, "B|a|a b|a\xc3\xa9|b|\xff|");
    EXPECT_EQ(to_hex(*node->data), "0801");
}

TEST(Directory, TheOrderOfEntriesMakesNoDifference) {
    std::mt19937 random(1);
    for (const std::size_t count : {7U, 300U, 6000U}) {
        Entries entries = numbered(count);
        const Built once = build(entries);
        EXPECT_EQ(once.blocks.size() == 1, count < 4000);
        for (int round = 0; round < 5; ++round) {
            std::shuffle(entries.begin(), entries.end(), random);
            const Built again = build(entries);
            EXPECT_EQ(again.root, once.root);
            EXPECT_EQ(again.blocks, once.blocks);
        }
    }
}

// One byte more in a name or in a size, at any number of entries: a block of 262144 bytes is the largest.
TEST(Directory, IsOneBlockUpToTheLimit) {
    for (const std::size_t name_size : {1U, 20U, 255U}) {
        Entries entries;
        const auto block_size = [&] {
            Node node{entries, encode_directory_data()};
            return encode_node(node).size();
        };
        std::size_t size = block_size();
        for (std::size_t i = 0; size < max_basic_directory - 400; ++i) {
            std::string name = std::to_string(i);
            name.resize(std::max(name.size(), name_size), '-');
            entries.push_back({Cid::of(Codec::raw, {}), name, 1});
            size += encode_node({{entries.back()}, std::nullopt}).size();
        }
        ASSERT_EQ(block_size(), size);
        const std::size_t left = max_basic_directory - size;  // in two entries: names have at most 255 bytes
        entries.push_back({Cid::of(Codec::raw, {}), std::string(100, 'x'), 1});
        entries.push_back({Cid::of(Codec::raw, {}), std::string(left - 100 - 2 * 44, 'y'), 1});
        while (block_size() > max_basic_directory)
            entries.back().name.pop_back();
        ASSERT_EQ(block_size(), max_basic_directory);
        EXPECT_EQ(build(entries).blocks.size(), 1U);
        Entries longer = entries;
        longer.back().name.push_back('y');
        EXPECT_GT(build(longer).blocks.size(), 1U);
        expect_same(longer, HamtReader(build(longer)).entries);
        entries.back().total_size = 128;  // a byte more as a varint
        EXPECT_GT(build(entries).blocks.size(), 1U);
    }
}

TEST(Hamt, EveryEntryIsFoundWhereItsHashSays) {
    for (const std::size_t count : {1U, 2U, 5U, 100U, 257U, 1000U, 20000U}) {
        const Entries entries = numbered(count);
        const Built built = build(entries, build_hamt);
        const HamtReader reader(built);
        expect_same(entries, reader.entries);
        EXPECT_EQ(reader.shards, built.order.size());
        std::uint64_t size = 0;
        for (const Cid& cid : built.order)
            size += built.blocks.at(cid).size();
        for (const Link& one : entries)
            size += one.total_size;
        EXPECT_EQ(reader.total_size, size);
        EXPECT_EQ(reader.depth, count == 20000 ? 3U : reader.depth);
    }
}

TEST(Hamt, GivesChildrenBeforeTheirNode) {
    const Built built = build(numbered(20000), build_hamt);
    std::set<Cid> seen;
    for (const Cid& cid : built.order) {
        const auto node = decode_node(built.blocks.at(cid));
        for (const Link& link : node->links)
            EXPECT_TRUE(link.name.size() > 2 || seen.contains(link.cid));
        seen.insert(cid);
    }
}

// Two names that begin alike get one shard below the other, with a single link each, down to where they differ.
TEST(Hamt, NamesOfLikeHashesGoDeeper) {
    std::map<std::string, std::string> met;
    std::size_t pairs = 0;
    for (std::size_t i = 0; pairs < 3; ++i) {
        const std::string name = std::to_string(i);
        const auto [other, is_new] = met.emplace(hash_hex(name).substr(0, 8), name);
        if (is_new) continue;
        ++pairs;
        const Entries entries{entry(name), entry(other->second)};
        const HamtReader reader(build(entries, build_hamt));
        expect_same(entries, reader.entries);
        EXPECT_GE(reader.depth, 4U);
        EXPECT_EQ(reader.shards, reader.depth + 1);
    }
}

std::string text_of_hex(const std::string& hex) {
    return std::string(as_text(from_hex(hex).value()));
}

// The second half of the second name is chosen so that it takes back what the first halves differ in.
TEST(Hamt, NamesOfTheSameHashAreRefused) {
    const std::string one = "0123456789abcdeffedcba9876543210";
    const std::string other = "4283fefc63f0cd0e" + text_of_hex("2d1776e3732d3f36b7a2848330b1a7fb");
    ASSERT_EQ(hash_hex(one), hash_hex(other));
    const Entries entries{entry(one), entry(other)};
    EXPECT_EQ(build(entries).blocks.size(), 1U);
    EXPECT_THROW((void)build_hamt(entries, [](const Cid& /*cid*/, ByteView /*block*/) { FAIL(); }), Error);
}

TEST(Directory, RefusesWrongNames) {
    const auto refuses = [](const Entries& entries) {
        try {
            (void)build_directory(entries, [](const Cid& /*cid*/, ByteView /*block*/) { FAIL(); });
            return false;
        } catch (const Error& error) {
            return error.kind() == ErrorKind::input;
        }
    };
    for (const std::string& name : {std::string(), std::string("a/b"), std::string("/"), std::string("."),
                                    std::string(".."), std::string("a\0b", 3), std::string(256, 'a')}) {
        EXPECT_TRUE(refuses({entry("good"), entry(name)})) << name;
    }
    EXPECT_TRUE(refuses({entry("a"), entry("b"), entry("a")}));
    Entries many = numbered(6000);
    many.push_back(many[17]);
    EXPECT_TRUE(refuses(many));
    EXPECT_EQ(build({entry("..."), entry(".a"), entry(std::string(255, 'a'))}).blocks.size(), 1U);
}

// Files of one byte, 'x'; their names from the keystream, a byte a character.
Entries vector_entries(std::size_t last_name) {
    constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz01234567890-_";
    test::Keystream stream("hamt-unixfs-v1-2025");
    const Cid file = Cid::of(Codec::raw, as_bytes("x"));
    Entries entries;
    for (std::size_t i = 0; i < 4766; ++i) {
        Bytes bytes(i < 4765 ? 11 : last_name);
        stream.apply(bytes);
        std::string name;
        for (const std::uint8_t byte : bytes)
            name += alphabet[byte % alphabet.size()];
        entries.push_back({file, name, 1});
    }
    return entries;
}

TEST(UnixfsVectors, Directories) {
    std::ifstream in(msh::test::vectors("unixfs") / "ipip-0499.json");
    if (!in) GTEST_SKIP() << "no vectors";
    const auto vectors = nlohmann::json::parse(in).at("directories");
    const std::vector<Built> built{build({}), build(vector_entries(21)), build(vector_entries(22))};
    ASSERT_EQ(vectors.size(), built.size());
    for (std::size_t i = 0; i < built.size(); ++i)
        EXPECT_EQ(built[i].root->text(), vectors[i].at("cid").get<std::string>()) << vectors[i];
    EXPECT_EQ(built[1].blocks.at(*built[1].root).size(), max_basic_directory);
    expect_same(vector_entries(22), HamtReader(built[2]).entries);
    std::cout << "unixfs: " << built.size() << " of " << vectors.size() << " directory vectors compared\n";
}

}  // namespace
}  // namespace msh::ipfs
