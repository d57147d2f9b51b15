#include "crypto/box.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "base/encoding.hpp"
#include "crypto/aead.hpp"
#include "crypto/mac.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"

namespace msh::crypto {
namespace {

constexpr std::size_t overhead = 32 + 12 + 16;

struct BoxTest : testing::Test {
    Key secret = random_key();
    Id object = random_id();
    std::string text = R"({"modality":"CT","sha256":"AAAA"})";
    Bytes box = seal_box(about_box, secret, object, text);
};

TEST_F(BoxTest, GivesBackTheTextWithItsPadding) {
    const auto opened = open_box(about_box, secret, object, box);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->size(), 512U);
    std::string padded = text;
    padded.resize(512, ' ');
    EXPECT_EQ(as_text(*opened), padded);
    EXPECT_NE(seal_box(about_box, secret, object, text), box);
}

TEST_F(BoxTest, LengthIsAMultipleOf512) {
    for (const std::size_t size : {1U, 511U, 512U, 513U, 1024U, 65536U}) {
        const std::string filled(size, 'x');
        const Bytes sealed = seal_box(sealed_box, secret, object, filled);
        EXPECT_EQ(sealed.size(), overhead + (size + 511) / 512 * 512);
        const auto opened = open_box(sealed_box, secret, object, sealed);
        ASSERT_TRUE(opened);
        EXPECT_TRUE(as_text(*opened).starts_with(filled));
    }
}

TEST_F(BoxTest, OpensForNoOtherObjectNameOrSecret) {
    EXPECT_FALSE(open_box(about_box, secret, random_id(), box));
    EXPECT_FALSE(open_box(sealed_box, secret, object, box));
    EXPECT_FALSE(open_box(about_box, random_key(), object, box));
}

TEST_F(BoxTest, EveryChangedBitAndEveryCutIsNoticed) {
    for (std::size_t bit = 0; bit < box.size() * 8; ++bit) {
        Bytes changed = box;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
        ASSERT_FALSE(open_box(about_box, secret, object, changed)) << bit;
    }
    for (std::size_t size = 0; size < box.size(); ++size) {
        ASSERT_FALSE(open_box(about_box, secret, object, ByteView(box).first(size))) << size;
    }
    Bytes longer = box;
    longer.push_back(0);
    EXPECT_FALSE(open_box(about_box, secret, object, longer));
}

// The format, step by step, so that a change of it does not go unnoticed.
TEST_F(BoxTest, HasTheWrittenFormat) {
    Key key;
    Digest commitment{};
    hkdf_sha256(secret.view(), object, "msh/v1/about", key.writable());
    hkdf_sha256(secret.view(), object, "msh/v1/about/commit", commitment);
    EXPECT_TRUE(std::ranges::equal(ByteView(box).first(32), commitment));
    Bytes associated;
    append(associated, as_bytes("msh/v1/about"));
    associated.push_back(0);
    append(associated, object);
    const auto opened = open_random(key.view(), associated, ByteView(box).subspan(32));
    ASSERT_TRUE(opened);
    EXPECT_TRUE(as_text(*opened).starts_with(text));
}

// A box sealed with the right key but without the right commitment is not opened.
TEST_F(BoxTest, CommitmentIsChecked) {
    const Bytes other = seal_box(about_box, random_key(), object, text);
    std::ranges::copy(ByteView(other).first(32), box.begin());
    EXPECT_FALSE(open_box(about_box, secret, object, box));
}

// Expected values computed with Python's hmac module.
TEST(ObjectKey, KnownValues) {
    const Key secret{std::span<const std::uint8_t, 32>(
        *array_from_hex<32>("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"))};
    const Id object = *array_from_hex<16>("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    EXPECT_EQ(to_hex(object_file_key(secret, object).view()), "69f64a2e8b66dd988fc1170b133e09e7");
    EXPECT_EQ(to_hex(object_commitment(secret, object)),
              "df7a81cbe8f836e386662212416a84607ea8fb5868531dd22d043da4748cf03f");
    EXPECT_EQ(to_hex(study_commitment(secret)), "1c90d86cf29705485bdedb5bc6a8c345334174ad3b6384796dbe115fe0c57fe8");
}

}  // namespace
}  // namespace msh::crypto
