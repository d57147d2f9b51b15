#include "base/encoding.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <utility>

namespace msh {
namespace {

TEST(Hex, RoundTripAndStrictness) {
    EXPECT_EQ(to_hex(as_bytes("\x01\xab")), "01ab");
    EXPECT_EQ(from_hex("01ab"), Bytes({0x01, 0xab}));
    EXPECT_FALSE(from_hex("01AB"));
    EXPECT_FALSE(from_hex("01a"));
    EXPECT_FALSE(array_from_hex<16>("01ab"));
}

// RFC 4648 section 10.
TEST(Base64, Rfc4648) {
    const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, coded] : cases) {
        EXPECT_EQ(to_base64(as_bytes(plain)), coded);
        ASSERT_TRUE(from_base64(coded)) << coded;
        EXPECT_EQ(as_text(*from_base64(coded)), plain);
    }
}

TEST(Base64, RefusesWhatIsNotCanonical) {
    for (const char* bad : {"Zg=", "Zg", "Zh==", "Zm9v====", "====", "Z===", "Zm 9v", "Zm9v\n", "Zm9_"}) {
        EXPECT_FALSE(from_base64(bad)) << bad;
    }
    EXPECT_EQ(to_base64(as_bytes("f"), Padding::no), "Zg");
    EXPECT_TRUE(from_base64("Zg", Padding::no));
    EXPECT_FALSE(from_base64("Zg==", Padding::no));
    EXPECT_FALSE(from_base64("Z", Padding::no));
}

TEST(Base32, Rfc4648InLowerCase) {
    EXPECT_EQ(to_base32(as_bytes("foobar")), "mzxw6ytboi");
    EXPECT_EQ(as_text(*from_base32("mzxw6ytboi")), "foobar");
    EXPECT_FALSE(from_base32("MZXW6YTBOI"));
    EXPECT_FALSE(from_base32("mzxw6ytbo"));
}

// BIP 173, valid and invalid strings (those that do not depend on the length limit).
TEST(Bech32, Bip173) {
    EXPECT_TRUE(from_bech32("A12UEL5L"));
    EXPECT_EQ(from_bech32("A12UEL5L")->prefix, "a");
    for (const char* bad : {"x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8", "1qzzfhee", "a12uel5L", "pzry9x0s0muk"}) {
        EXPECT_FALSE(from_bech32(bad)) << bad;
    }
}

TEST(Encodings, RandomBytesSurvive) {
    std::mt19937 random(20240601);
    for (std::size_t size = 0; size < 200; ++size) {
        Bytes bytes(size);
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(random());
        EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
        const auto secret = secret_from_base64(to_base64(bytes));
        ASSERT_TRUE(secret);
        EXPECT_TRUE(std::ranges::equal(*secret, bytes));
        EXPECT_EQ(from_base64(to_base64(bytes, Padding::no), Padding::no), bytes);
        EXPECT_EQ(from_base32(to_base32(bytes)), bytes);
        EXPECT_EQ(from_bech32(to_bech32("age", bytes))->data, bytes);
    }
}

}  // namespace
}  // namespace msh
