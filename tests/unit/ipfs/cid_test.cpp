#include "ipfs/cid.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/encoding.hpp"

namespace msh::ipfs {
namespace {

// Both are printed by every IPFS program for these bytes.
constexpr std::string_view hello = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
constexpr std::string_view empty = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

TEST(Cid, NamesBytes) {
    EXPECT_EQ(Cid::of(Codec::raw, as_bytes("hello world")).text(), hello);
    EXPECT_EQ(Cid::of(Codec::raw, {}).text(), empty);
    EXPECT_EQ(Cid::of(Codec::raw, {}).text().size(), Cid::text_size);
}

TEST(Cid, TheCodecIsPartOfTheName) {
    const Cid raw = Cid::of(Codec::raw, as_bytes("x"));
    const Cid node = Cid::of(Codec::dag_pb, as_bytes("x"));
    EXPECT_EQ(raw.digest(), node.digest());
    EXPECT_NE(raw, node);
    EXPECT_EQ(node.text().substr(0, 7), "bafybei");
}

TEST(Cid, ReadsWhatItWrites) {
    for (const Codec codec : {Codec::raw, Codec::dag_pb}) {
        for (std::uint8_t i = 0; i < 100; ++i) {
            const Cid cid = Cid::of(codec, ByteView(&i, 1));
            EXPECT_EQ(Cid::parse(cid.text()), cid);
            EXPECT_EQ(Cid::from_binary(cid.binary()), cid);
        }
    }
}

TEST(Cid, HasOneSpelling) {
    const std::string text(hello);
    EXPECT_TRUE(Cid::parse(text));
    EXPECT_FALSE(Cid::parse(""));
    EXPECT_FALSE(Cid::parse("b"));
    EXPECT_FALSE(Cid::parse(text + "a"));
    EXPECT_FALSE(Cid::parse(text + "="));
    EXPECT_FALSE(Cid::parse(" " + text));
    EXPECT_FALSE(Cid::parse(text.substr(0, 58)));
    EXPECT_FALSE(Cid::parse("B" + text.substr(1)));      // another base
    EXPECT_FALSE(Cid::parse("bAFK" + text.substr(4)));   // another case
    EXPECT_FALSE(Cid::parse(text.substr(0, 58) + "f"));  // a filling bit set
    EXPECT_FALSE(Cid::parse("/ipfs/" + text));
    EXPECT_FALSE(Cid::parse("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG"));  // version 0
}

TEST(Cid, TakesOneVersionOneHashTwoCodecs) {
    const auto good = Cid::of(Codec::raw, {}).binary();
    std::size_t taken = 0;
    for (std::size_t place = 0; place < 4; ++place) {
        for (unsigned value = 0; value < 256; ++value) {
            auto bytes = good;
            bytes[place] = static_cast<std::uint8_t>(value);
            const auto cid = Cid::from_binary(bytes);
            if (!cid) continue;
            ++taken;
            EXPECT_EQ(cid->binary(), bytes);
        }
    }
    EXPECT_EQ(taken, 5U);  // four times itself, and once as dag-pb
    EXPECT_FALSE(Cid::from_binary(ByteView(good).first(35)));
    Bytes longer(good.begin(), good.end());
    longer.push_back(0);
    EXPECT_FALSE(Cid::from_binary(longer));
}

}  // namespace
}  // namespace msh::ipfs
