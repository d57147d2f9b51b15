#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/random.hpp"
#include "crypto/scrypt.hpp"
#include "crypto/x25519.hpp"

namespace msh::crypto {
namespace {

Key key_of(std::string_view hex) {
    return Key(std::span<const std::uint8_t, 32>(*array_from_hex<32>(hex)));
}

// RFC 8032 section 7.1, tests 1 to 3.
TEST(Ed25519, Rfc8032) {
    struct Case {
        const char* seed;
        const char* key;
        const char* text;
        const char* signature;
    };
    const Case cases[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25"
         "bf5f0595b"
         "be24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387"
         "b2eaeb430"
         "2aeeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7"
         "c15e9716e"
         "d28dc027beceea1ec40a"},
    };
    for (const auto& [seed, key, text, signature] : cases) {
        const Bytes message = *from_hex(text);
        EXPECT_EQ(to_hex(ed25519_public(key_of(seed))), key);
        EXPECT_EQ(to_hex(ed25519_sign(key_of(seed), message)), signature);
        EXPECT_TRUE(ed25519_verify(*array_from_hex<32>(key), message, *from_hex(signature)));
    }
}

// "Taming the Many EdDSAs" (https://eprint.iacr.org/2020/1244), table 1, and the non-canonical encodings: with y from
// the prime on, and of x = 0 with a sign.
TEST(Ed25519, KeysOfSmallOrderOrInAnotherEncodingAreNotSound) {
    const std::string zeros(60, '0');
    const std::string ones(60, 'f');
    const std::string order_8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc";
    const std::string other_8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03";
    std::vector<std::string> unsound{order_8 + "05", order_8 + "85", other_8 + "7a", other_8 + "fa"};
    for (const std::string sign : {"0", "8"}) {
        unsound.push_back("00" + zeros + sign + "0");
        unsound.push_back("01" + zeros + sign + "0");
    }
    for (const std::string last : {"7f", "ff"}) {
        for (const std::string first : {"ec", "ed", "ee", "ef", "f0", "f9", "fe", "ff"})
            unsound.push_back(first + ones + last);
    }
    for (const std::string& key : unsound)
        EXPECT_FALSE(is_sound_ed25519_key(*array_from_hex<32>(key))) << key;
    for (const std::string& key : {"eb" + ones + "7f", "02" + zeros + "00", "ec" + ones + "7e", "ff" + ones + "00"})
        EXPECT_TRUE(is_sound_ed25519_key(*array_from_hex<32>(key))) << key;
    for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(is_sound_ed25519_key(ed25519_public(random_key())));
}

// The signature (identity, 0) holds for every text under the identity, which is why keys are looked at first.
TEST(Ed25519, OneSignatureFitsEveryTextUnderTheIdentity) {
    const VerificationKey identity{1};
    Bytes signature(64);
    signature.front() = 1;
    for (const std::string_view text : {"", "msh/v1/grant\n{}\n", "anything"})
        EXPECT_TRUE(ed25519_verify(identity, as_bytes(text), signature)) << text;
}

TEST(Ed25519, RefusesWhatWasNotSigned) {
    const Key seed = random_key();
    const VerificationKey key = ed25519_public(seed);
    const ByteView text = as_bytes("msh/v1/test\nhello\n");
    const Signature signature = ed25519_sign(seed, text);
    ASSERT_TRUE(ed25519_verify(key, text, signature));
    EXPECT_FALSE(ed25519_verify(key, as_bytes("msh/v1/test\nhellp\n"), signature));
    EXPECT_FALSE(ed25519_verify(ed25519_public(random_key()), text, signature));
    EXPECT_FALSE(ed25519_verify(key, text, ByteView(signature).first(63)));
    for (std::size_t i = 0; i < signature.size(); ++i) {
        Signature changed = signature;
        changed[i] ^= 0x10;
        EXPECT_FALSE(ed25519_verify(key, text, changed)) << i;
    }
    VerificationKey not_a_point{};
    not_a_point[0] = 2;
    EXPECT_FALSE(ed25519_verify(not_a_point, text, signature));
}

// RFC 7748 section 5.2 (first vector) and section 6.1.
TEST(X25519, Rfc7748) {
    const auto shared =
        x25519_shared(key_of("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                      *array_from_hex<32>("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"));
    ASSERT_TRUE(shared);
    EXPECT_EQ(to_hex(shared->view()), "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");

    const Key alice = key_of("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    const Key bob = key_of("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    EXPECT_EQ(to_hex(x25519_public(alice)), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    EXPECT_EQ(to_hex(x25519_public(bob)), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    const auto one = x25519_shared(alice, x25519_public(bob));
    const auto other = x25519_shared(bob, x25519_public(alice));
    ASSERT_TRUE(one && other);
    EXPECT_EQ(to_hex(one->view()), "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    EXPECT_EQ(to_hex(other->view()), to_hex(one->view()));
}

// The u-coordinates of order 1, 2, 4 and 8, and their non-canonical twins (RFC 7748 section 6.1 and 7).
TEST(X25519, RefusesPointsOfLowOrder) {
    const char* const points[] = {"0000000000000000000000000000000000000000000000000000000000000000",
                                  "0100000000000000000000000000000000000000000000000000000000000000",
                                  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                                  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    for (const char* const point : points) {
        EXPECT_FALSE(x25519_shared(random_key(), *array_from_hex<32>(point))) << point;
    }
}

// RFC 7914 section 12, third vector (its first half: the key is 32 bytes here), and one computed with Python's hashlib.
TEST(Scrypt, KnownValues) {
    EXPECT_EQ(to_hex(scrypt(as_bytes("pleaseletmein"), as_bytes("SodiumChloride"), 14).view()),
              "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
    EXPECT_EQ(to_hex(scrypt({}, as_bytes("salt"), 10).view()),
              "8356b146b42af574e460300b44136b284c796d7e73d81b1e5069b265f9da1439");
}

TEST(Scrypt, WorkFactorsOutOfRangeAreErrors) {
    EXPECT_THROW((void)scrypt(as_bytes("x"), {}, 0), Error);
    EXPECT_THROW((void)scrypt(as_bytes("x"), {}, 31), Error);
}

}  // namespace
}  // namespace msh::crypto
