#include "crypto/aead.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/random.hpp"

namespace msh::crypto {
namespace {

// RFC 8439 section 2.8.2.
struct Sunscreen {
    Bytes key = Bytes(32);
    Nonce nonce = *array_from_hex<12>("070000004041424344454647");
    Bytes associated = *from_hex("50515253c0c1c2c3c4c5c6c7");
    ByteView plain = as_bytes(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
        "sunscreen would "
        "be it.");
    Bytes sealed = *from_hex(
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"
        "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
        "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691");

    Sunscreen() { std::iota(key.begin(), key.end(), std::uint8_t{0x80}); }
};

TEST(Aead, Rfc8439) {
    const Sunscreen example;
    Aead aead(example.key);
    Bytes sealed(example.plain.size() + tag_size);
    aead.seal(example.nonce, example.associated, example.plain, sealed);
    EXPECT_EQ(to_hex(sealed), to_hex(example.sealed));
    Bytes plain(example.plain.size());
    ASSERT_TRUE(aead.open(example.nonce, example.associated, sealed, plain));
    EXPECT_EQ(as_text(plain), as_text(example.plain));
}

TEST(Aead, OneStateServesBothDirectionsInAnyOrderAndInPlace) {
    const Sunscreen example;
    Aead aead(example.key);
    for (int round = 0; round < 3; ++round) {
        Bytes buffer(example.plain.begin(), example.plain.end());
        buffer.resize(example.sealed.size());
        aead.seal(example.nonce, example.associated, ByteView(buffer).first(example.plain.size()), buffer);
        ASSERT_EQ(buffer, example.sealed);
        Bytes other(example.plain.size());
        ASSERT_FALSE(aead.open(example.nonce, {}, buffer, other));
        ASSERT_TRUE(
            aead.open(example.nonce, example.associated, buffer, MutableBytes(buffer).first(example.plain.size())));
        EXPECT_TRUE(std::equal(example.plain.begin(), example.plain.end(), buffer.begin()));
    }
}

TEST(Aead, EveryChangedBitIsNoticedAndNothingIsGivenOut) {
    const Sunscreen example;
    Aead aead(example.key);
    Bytes plain(example.plain.size(), 0xff);
    for (std::size_t bit = 0; bit < example.sealed.size() * 8; ++bit) {
        Bytes changed = example.sealed;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
        ASSERT_FALSE(aead.open(example.nonce, example.associated, changed, plain)) << bit;
        ASSERT_TRUE(std::ranges::all_of(plain, [](std::uint8_t byte) { return byte == 0; })) << bit;
    }
    Nonce other_nonce = example.nonce;
    other_nonce[0] ^= 1;
    EXPECT_FALSE(aead.open(other_nonce, example.associated, example.sealed, plain));
    EXPECT_FALSE(aead.open(example.nonce, example.associated, ByteView(example.sealed).first(15), {}));
}

TEST(Aead, EmptyMessages) {
    Aead aead(Bytes(32, 1));
    Bytes sealed(tag_size);
    aead.seal({}, {}, {}, sealed);
    EXPECT_TRUE(aead.open({}, {}, sealed, {}));
    EXPECT_FALSE(aead.open({}, as_bytes("x"), sealed, {}));
}

TEST(Aead, WrongSizesAreErrors) {
    EXPECT_THROW(Aead(Bytes(16)), Error);
    Aead aead(Bytes(32));
    Bytes out(10);
    EXPECT_THROW(aead.seal({}, {}, Bytes(10), out), Error);
    EXPECT_THROW((void)aead.open({}, {}, Bytes(10 + tag_size + 1), out), Error);
}

TEST(SealRandom, RoundTripAndTampering) {
    const Key key = random_key();
    for (const std::size_t size : {0U, 1U, 63U, 64U, 4096U}) {
        const Bytes plain(size, 0x5a);
        Bytes sealed = seal_random(key.view(), as_bytes("row 1"), plain);
        EXPECT_EQ(sealed.size(), size + 12 + tag_size);
        EXPECT_NE(sealed, seal_random(key.view(), as_bytes("row 1"), plain));
        const auto opened = open_random(key.view(), as_bytes("row 1"), sealed);
        ASSERT_TRUE(opened);
        EXPECT_TRUE(std::ranges::equal(*opened, plain));
        EXPECT_FALSE(open_random(key.view(), as_bytes("row 2"), sealed));
        EXPECT_FALSE(open_random(random_key().view(), as_bytes("row 1"), sealed));
        sealed.pop_back();
        EXPECT_FALSE(open_random(key.view(), as_bytes("row 1"), sealed));
        EXPECT_FALSE(open_random(key.view(), as_bytes("row 1"), ByteView(sealed).first(11)));
    }
}

TEST(Random, DrawsDiffer) {
    EXPECT_NE(random_id(), random_id());
    EXPECT_FALSE(constant_time_equal(random_key().view(), random_key().view()));
    Bytes bytes(100000);
    fill_random(bytes);
    std::array<int, 256> count{};
    for (const std::uint8_t byte : bytes)
        ++count[byte];
    EXPECT_TRUE(std::ranges::all_of(count, [](int times) { return times > 200 && times < 600; }));
    fill_random({});
}

}  // namespace
}  // namespace msh::crypto
