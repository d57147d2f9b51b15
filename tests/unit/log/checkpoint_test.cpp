#include "log/checkpoint.hpp"

#include <gtest/gtest.h>

#include "merkle/hash.hpp"
#include "unit/log/support.hpp"

namespace msh::log {
namespace {

Checkpoint some_checkpoint() {
    return {test::origin, 1234, merkle::leaf_hash(as_bytes("root"))};
}

Fault fault_of(const std::variant<SignedCheckpoint, Fault>& result) {
    return std::get<Fault>(result);
}

TEST(Checkpoint, ReadsTheSpecificationsExample) {
    // C2SP tlog-checkpoint, the note text at its top.
    const std::string text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    const auto checkpoint = parse_checkpoint(text);
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
    EXPECT_EQ(checkpoint->size, 20852163U);
    EXPECT_EQ(checkpoint->root[0], 0x0a);
    EXPECT_EQ(format_checkpoint(*checkpoint), text);
    EXPECT_EQ(parse_checkpoint(text + "an extension\nand another\n"), checkpoint);
}

TEST(Checkpoint, RefusesOtherForms) {
    const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    const std::string largest = "9223372036854775807";
    EXPECT_TRUE(parse_checkpoint("o\n0\n" + root + "\n"));
    EXPECT_TRUE(parse_checkpoint("o\n" + largest + "\n" + root + "\n"));
    for (const std::string& bad : std::vector<std::string>{
             "", "o\n", "o\n1\n", "o\n1\n" + root, "\n1\n" + root + "\n", "o\n01\n" + root + "\n",
             "o\n-1\n" + root + "\n", "o\n+1\n" + root + "\n", "o\n\n" + root + "\n", "o\n1 \n" + root + "\n",
             "o\n0x1\n" + root + "\n", "o\n9223372036854775808\n" + root + "\n",
             "o\n99999999999999999999\n" + root + "\n", "o\n1\n" + root.substr(4) + "\n", "o\n1\n" + root + "AAAA\n",
             "o\n1\n" + root + " \n", "o\n1\n" + root + "\n\n", "o\n1\n" + root + "\nx\n\n",
             "o\n1\n" + root + "\nno newline"}) {
        EXPECT_FALSE(parse_checkpoint(bad)) << bad;
    }
}

TEST(Checkpoint, VerifiesUnderItsLogsKeyAlone) {
    const std::string note = test::signer().sign(format_checkpoint(some_checkpoint()));
    const auto result = verify_checkpoint(note, test::trust());
    ASSERT_TRUE(std::holds_alternative<SignedCheckpoint>(result));
    EXPECT_EQ(static_cast<const Checkpoint&>(std::get<SignedCheckpoint>(result)), some_checkpoint());
    EXPECT_EQ(std::get<SignedCheckpoint>(result).note, note);
    EXPECT_TRUE(std::get<SignedCheckpoint>(result).cosignatures.empty());

    EXPECT_EQ(fault_of(verify_checkpoint(note, {test::signer(2).verifier(), {}})), Fault::not_signed);
    EXPECT_EQ(fault_of(verify_checkpoint(note, {Signer("example.org/b", test::seed(1)).verifier(), {}})),
              Fault::other_origin);
    // A name's cosignature is not its log's signature.
    EXPECT_EQ(fault_of(verify_checkpoint(note, {test::witness(test::origin, 1), {}})), Fault::not_signed);
}

TEST(Checkpoint, NoChangedByteIsBelieved) {
    const std::string note = test::signer().sign(format_checkpoint(some_checkpoint()));
    for (std::size_t i = 0; i < note.size(); ++i) {
        std::string changed = note;
        changed[i] = static_cast<char>(changed[i] ^ 0x01);
        EXPECT_TRUE(std::holds_alternative<Fault>(verify_checkpoint(changed, test::trust()))) << i;
    }
}

TEST(Checkpoint, NamesTheCheckThatFailed) {
    const Signer signer = test::signer();
    EXPECT_EQ(fault_of(verify_checkpoint("", test::trust())), Fault::malformed_checkpoint);
    EXPECT_EQ(fault_of(verify_checkpoint(signer.sign("no checkpoint\n"), test::trust())), Fault::malformed_checkpoint);
    std::string note = signer.sign(format_checkpoint(some_checkpoint()));
    note.replace(note.find("1234"), 4, "1235");
    EXPECT_EQ(fault_of(verify_checkpoint(note, test::trust())), Fault::bad_signature);
    for (const Fault fault : {Fault::malformed_proof, Fault::malformed_checkpoint, Fault::other_origin,
                              Fault::not_signed, Fault::bad_signature, Fault::not_included}) {
        EXPECT_NE(describe(fault), "");
        EXPECT_NE(describe(fault), "unknown fault");
    }
}

TEST(Checkpoint, CountsTheTrustedWitnesses) {
    const std::string text = format_checkpoint(some_checkpoint());
    const std::string note = test::signer().sign(text) + test::cosignature("w1.example", 11, text, 100) +
                             test::cosignature("w2.example", 12, text, 200) +
                             test::cosignature("w1.example", 11, text, 150);
    Trust trust = test::trust();
    trust.witnesses = {test::witness("w1.example", 11), test::witness("w3.example", 13)};
    const auto result = verify_checkpoint(note, trust);
    ASSERT_TRUE(std::holds_alternative<SignedCheckpoint>(result));
    const std::vector<Cosignature> expected{{"w1.example", 150}};
    EXPECT_EQ(std::get<SignedCheckpoint>(result).cosignatures, expected);

    const std::string forged = note + test::cosignature("w3.example", 13, "another text\n", 300);
    EXPECT_EQ(fault_of(verify_checkpoint(forged, trust)), Fault::bad_signature);
    trust.witnesses.pop_back();
    EXPECT_TRUE(std::holds_alternative<SignedCheckpoint>(verify_checkpoint(forged, trust)));
}

}  // namespace
}  // namespace msh::log
