#include "log/note.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "unit/log/support.hpp"

namespace msh::log {
namespace {

// The example of the specification (C2SP signed-note, "Verifier keys").
const std::string example =
    "This is an example message.\n\n\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
constexpr std::string_view example_key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

SignatureState state(const std::string& text, const VerifierKey& key) {
    const auto note = parse_note(text);
    return note ? signature_by(*note, key).state : SignatureState::bad;
}

std::string signature_line(const std::string& note) {
    return note.substr(note.rfind("\n\n") + 2);
}

TEST(Note, TheSpecificationsExampleVerifies) {
    const auto note = parse_note(example);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->text, "This is an example message.\n");
    ASSERT_EQ(note->signatures.size(), 1U);
    EXPECT_EQ(note->signatures[0].name, "example.com/foo");
    EXPECT_EQ(note->signatures[0].key_id, 0x530d903aU);
    EXPECT_EQ(signature_by(*note, parse_verifier_key(example_key).value()).state, SignatureState::good);
}

TEST(Note, NoChangedByteIsBelieved) {
    const VerifierKey key = parse_verifier_key(example_key).value();
    for (std::size_t i = 0; i < example.size(); ++i) {
        std::string changed = example;
        changed[i] = static_cast<char>(changed[i] ^ 0x01);
        EXPECT_NE(state(changed, key), SignatureState::good) << i;
        EXPECT_NE(state(example.substr(0, i), key), SignatureState::good) << i;
    }
}

TEST(Note, TheTextMayHaveEmptyLines) {
    const Signer signer = test::signer();
    const std::string text = "\none\n\n\ntwo\n\n";
    const auto note = parse_note(signer.sign(text));
    ASSERT_TRUE(note);
    EXPECT_EQ(note->text, text);
    EXPECT_EQ(signature_by(*note, signer.verifier()).state, SignatureState::good);
}

TEST(Note, SignaturesOfUnknownKeysAreIgnored) {
    const std::string text = "text\n";
    const Signer known = test::signer(1);
    std::string note = known.sign(text) + signature_line(test::signer(2).sign(text)) +
                       "\u2014 someone.example AAAAAGFueXRoaW5nIGF0IGFsbA==\n"
                       "\u2014 \u202esomeone.example AAAAAGFueXRoaW5nIGF0IGFsbA==\n";
    EXPECT_EQ(state(note, known.verifier()), SignatureState::good);
    EXPECT_EQ(state(note, test::signer(2).verifier()), SignatureState::good);
    EXPECT_EQ(state(note, test::signer(3).verifier()), SignatureState::absent);
}

TEST(Note, OneBadSignatureOfAKeySpoilsItsGoodOne) {
    const Signer known = test::signer();
    const std::string note = known.sign("text\n") + signature_line(known.sign("other text\n"));
    EXPECT_EQ(state(note, known.verifier()), SignatureState::bad);
    EXPECT_EQ(state(known.sign("text\n") + signature_line(known.sign("text\n")), known.verifier()),
              SignatureState::good);
}

TEST(Note, RefusesWhatIsNoNote) {
    const std::string good = test::signer().sign("text\n");
    const std::string line = signature_line(good);
    ASSERT_TRUE(parse_note(good));
    for (const std::string& bad : std::vector<std::string>{
             "", "\n", "\n\n", "text\n\n", "text\n" + line, "text\n\n" + line.substr(0, line.size() - 1),
             "te\txt\n\n" + line, std::string("te\0xt\n\n", 7) + line, "te\xffxt\n\n" + line, "text\r\n\r\n" + line,
             "text\n\n" + line + "\n", "text\n\n" + line + "more\n", "text\n\n- example.org/log AAAAAAA=\n",
             "text\n\n\u2014 example.org/log\n", "text\n\n\u2014  AAAAAAA=\n", "text\n\n\u2014 a+b AAAAAAA=\n",
             "text\n\n\u2014 a AAAAAA==\n", "text\n\n\u2014 a AAAAAAA\n", "text\n\n\u2014 a AAAA AAA=\n"}) {
        EXPECT_FALSE(parse_note(bad)) << bad;
    }
}

TEST(Note, HasLimits) {
    std::string many = test::signer().sign("text\n");
    const std::string line = signature_line(many);
    for (std::size_t i = 1; i < max_signatures; ++i)
        many += line;
    ASSERT_TRUE(parse_note(many));
    EXPECT_EQ(parse_note(many)->signatures.size(), max_signatures);
    EXPECT_FALSE(parse_note(many + line));

    const std::string text(max_note_size - line.size() - 2, 'x');
    const std::string large = test::signer().sign(text + "\n");
    EXPECT_EQ(large.size(), max_note_size);
    EXPECT_TRUE(parse_note(large));
    EXPECT_FALSE(parse_note("x" + large));
}

TEST(Cosignature, SignsTheTextAndATime) {
    const std::string text = "text\n";
    const VerifierKey key = test::witness("witness.example", 5);
    const auto note = parse_note(test::signer().sign(text) + test::cosignature(key.name, 5, text, 1679315147));
    ASSERT_TRUE(note);
    EXPECT_EQ(signature_by(*note, key).state, SignatureState::good);
    EXPECT_EQ(signature_by(*note, key).time, 1679315147U);
    EXPECT_EQ(signature_by(*note, test::witness("witness.example", 6)).state, SignatureState::absent);
}

TEST(Cosignature, OfAnotherTextTimeOrFormIsBad) {
    const VerifierKey key = test::witness("witness.example", 5);
    const std::string head = test::signer().sign("text\n");
    EXPECT_EQ(state(head + test::cosignature(key.name, 5, "other\n", 1), key), SignatureState::bad);
    EXPECT_EQ(state(head + test::cosignature(key.name, 5, "text\n", std::uint64_t{1} << 63), key), SignatureState::bad);

    const std::string line = test::cosignature(key.name, 5, "text\n", 7);
    const std::size_t blob_at = line.rfind(' ') + 1;
    Bytes blob = from_base64(line.substr(blob_at, line.size() - blob_at - 1)).value();
    const std::string start = line.substr(0, blob_at);
    EXPECT_EQ(state(head + start + to_base64(blob) + "\n", key), SignatureState::good);
    blob[11] ^= 1;  // the time's last byte
    EXPECT_EQ(state(head + start + to_base64(blob) + "\n", key), SignatureState::bad);
    blob[11] ^= 1;
    for (const std::size_t size : {5U, 12U, 75U}) {
        EXPECT_EQ(state(head + start + to_base64(ByteView(blob).first(size)) + "\n", key), SignatureState::bad) << size;
    }
}

}  // namespace
}  // namespace msh::log
