#include "crypto/mac.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <thread>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/hash.hpp"

namespace msh::crypto {
namespace {

// FIPS 180-4 example values, and the digest of nothing.
TEST(Sha256, KnownValues) {
    EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, StreamGivesTheSameAsOneCallAndCanStartAnew) {
    Sha256 hash;
    Bytes all;
    std::mt19937 random(1);
    for (int i = 0; i < 100; ++i) {
        const Bytes part(random() % 200, static_cast<std::uint8_t>(random()));
        hash.update(part);
        append(all, part);
    }
    EXPECT_EQ(hash.finish(), sha256(all));
    hash.reset();
    EXPECT_EQ(hash.update(as_bytes("abc")).finish(), sha256(as_bytes("abc")));
}

// RFC 4231, test cases 1, 2, 6 and 7.
TEST(Hmac, Rfc4231) {
    EXPECT_EQ(to_hex(hmac_sha256(Bytes(20, 0x0b), {as_bytes("Hi There")})),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), {as_bytes("what do ya want for nothing?")})),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        to_hex(hmac_sha256(Bytes(131, 0xaa), {as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")})),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xaa),
                                 {as_bytes("This is a test using a larger than block-size key and a larger t"
                                           "han block-size data. The key needs to be hashed before being use"
                                           "d by the HMAC algorithm.")})),
              "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(Hmac, PartsAreOneAfterTheOther) {
    const Bytes key(32, 7);
    const Digest whole = hmac_sha256(key, {as_bytes("abcdef")});
    EXPECT_EQ(hmac_sha256(key, {as_bytes("ab"), {}, as_bytes("cdef")}), whole);
    EXPECT_TRUE(constant_time_equal(hmac_key(key, {as_bytes("abc"), as_bytes("def")}).view(), whole));
}

// RFC 2104, section 2, word by word.
Digest by_definition(ByteView key, ByteView message) {
    Bytes block(64);
    if (key.size() > block.size()) {
        std::ranges::copy(sha256(key), block.begin());
    } else {
        std::ranges::copy(key, block.begin());
    }
    Bytes inner;
    Bytes outer;
    for (const std::uint8_t byte : block) {
        inner.push_back(byte ^ 0x36);
        outer.push_back(byte ^ 0x5c);
    }
    append(inner, message);
    append(outer, sha256(inner));
    return sha256(outer);
}

TEST(Hmac, IsWhatItsDefinitionSaysAtEveryKeyLengthAroundTheBlock) {
    std::mt19937 random(2);
    for (std::size_t key_size = 0; key_size <= 140; ++key_size) {
        Bytes key(key_size);
        Bytes message(random() % 300);
        for (auto& byte : key)
            byte = static_cast<std::uint8_t>(random());
        for (auto& byte : message)
            byte = static_cast<std::uint8_t>(random());
        EXPECT_EQ(hmac_sha256(key, {message}), by_definition(key, message)) << key_size;
    }
}

TEST(Hmac, ThreadsDoNotDisturbEachOther) {
    const auto chain = [](std::uint8_t seed) {
        Digest digest{};
        digest[0] = seed;
        for (int i = 0; i < 5000; ++i)
            digest = hmac_sha256(digest, {sha256(digest)});
        return digest;
    };
    const Digest expected = chain(1);
    Digest first{};
    Digest second{};
    {
        std::jthread one([&] { first = chain(1); });
        std::jthread two([&] { second = chain(2); });
    }
    EXPECT_EQ(first, expected);
    EXPECT_EQ(second, chain(2));
}

// RFC 5869, appendix A.1 to A.3.
TEST(Hkdf, Rfc5869) {
    Bytes out(42);
    hkdf_sha256(Bytes(22, 0x0b), *from_hex("000102030405060708090a0b0c"), as_text(*from_hex("f0f1f2f3f4f5f6f7f8f9")),
                out);
    EXPECT_EQ(to_hex(out), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");

    const auto counting = [](unsigned from, unsigned to) {
        Bytes bytes;
        for (unsigned i = from; i <= to; ++i)
            bytes.push_back(static_cast<std::uint8_t>(i));
        return bytes;
    };
    out.resize(82);
    hkdf_sha256(counting(0x00, 0x4f), counting(0x60, 0xaf), as_text(counting(0xb0, 0xff)), out);
    EXPECT_EQ(to_hex(out),
              "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
              "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");

    out.resize(42);
    hkdf_sha256(Bytes(22, 0x0b), {}, {}, out);
    EXPECT_EQ(to_hex(out), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, GivesAtMost255Blocks) {
    Bytes most(std::size_t{255} * 32);
    hkdf_sha256(as_bytes("key"), {}, "info", most);
    Bytes more(most.size() + 1);
    EXPECT_THROW(hkdf_sha256(as_bytes("key"), {}, "info", more), Error);
}

}  // namespace
}  // namespace msh::crypto
