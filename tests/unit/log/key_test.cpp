#include "log/key.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "log/note.hpp"
#include "unit/log/support.hpp"

namespace msh::log {
namespace {

// The example of the specification (C2SP signed-note, "Verifier keys").
constexpr std::string_view example = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

TEST(VerifierKey, ReadsTheSpecificationsExample) {
    const auto key = parse_verifier_key(example);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->name, "example.com/foo");
    EXPECT_EQ(key->type, KeyType::ed25519);
    EXPECT_EQ(key->id(), 0x530d903aU);
    EXPECT_EQ(key->text(), example);
}

TEST(VerifierKey, ReadsWhatItWrites) {
    for (const KeyType type : {KeyType::ed25519, KeyType::cosignature}) {
        VerifierKey key = test::signer().verifier();
        key.type = type;
        EXPECT_EQ(parse_verifier_key(key.text()), key);
    }
    VerifierKey witness = test::signer().verifier();
    witness.type = KeyType::cosignature;
    EXPECT_NE(witness.id(), test::signer().verifier().id());
}

TEST(VerifierKey, EveryChangedCharacterIsNoticed) {
    for (std::size_t i = 0; i < example.size(); ++i) {
        std::string changed(example);
        changed[i] = changed[i] == '1' ? '2' : '1';
        EXPECT_FALSE(parse_verifier_key(changed)) << changed;
        EXPECT_FALSE(parse_verifier_key(example.substr(0, i))) << i;
    }
}

TEST(VerifierKey, RefusesOtherFormsAndTypes) {
    EXPECT_FALSE(parse_verifier_key(""));
    EXPECT_FALSE(parse_verifier_key("++"));
    EXPECT_FALSE(parse_verifier_key(std::string(example) + "\n"));
    EXPECT_FALSE(parse_verifier_key(" " + std::string(example)));
    EXPECT_FALSE(parse_verifier_key("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"));
    VerifierKey ecdsa = test::signer().verifier();
    ecdsa.type = static_cast<KeyType>(2);
    EXPECT_FALSE(parse_verifier_key(ecdsa.text()));
}

TEST(VerifierKey, RefusesAKeyUnderWhichOneSignatureFitsEveryText) {
    for (const KeyType type : {KeyType::ed25519, KeyType::cosignature}) {
        const VerifierKey identity{"example.org/log", type, {1}};
        EXPECT_FALSE(parse_verifier_key(identity.text()));
    }
}

TEST(KeyName, HoldsNoSpacePlusOrControlCharacter) {
    for (const char* good : {"a", "example.org/log", "h\u00f4pital.example/\u65e5"})
        EXPECT_TRUE(is_key_name(good)) << good;
    for (const char* bad : {"",        "a b",      "a+b",     "a\tb",    "a\nb",     "a\x7f",   "a\u0085", "a\u00a0b",
                            "a\u1680", "a\u2003b", "a\u2028", "a\u009b", "a\u202eb", "a\u2066", "a\u200b", "a\u061c",
                            "a\ufeff", "\u202f",   "\u205f",  "\u3000a", "\xff",     "\xc0\xa0"}) {
        EXPECT_FALSE(is_key_name(bad)) << bad;
    }
    EXPECT_TRUE(is_key_name(std::string(256, 'a')));
    EXPECT_FALSE(is_key_name(std::string(257, 'a')));
}

TEST(Signer, SignsNotesThatItsVerifierKeyAccepts) {
    const Signer signer = test::signer();
    const auto note = parse_note(signer.sign("some text\n"));
    ASSERT_TRUE(note);
    EXPECT_EQ(note->text, "some text\n");
    EXPECT_EQ(signature_by(*note, signer.verifier()).state, SignatureState::good);
    EXPECT_EQ(signature_by(*note, test::signer(2).verifier()).state, SignatureState::absent);
}

TEST(Signer, RefusesANameThatIsNone) {
    try {
        const Signer signer("two words", test::seed(1));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
    }
}

}  // namespace
}  // namespace msh::log
