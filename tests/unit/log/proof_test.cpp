#include "log/proof.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "merkle/tree.hpp"
#include "unit/log/support.hpp"

namespace msh::log {
namespace {

constexpr std::uint64_t size = 21;

const std::vector<Digest>& data() {
    static const std::vector<Digest> leaves = test::leaves(0, size);
    return leaves;
}

Proof proof_of(std::uint64_t index, const Signer& signer = test::signer()) {
    const merkle::FullTree tree(test::leaf_hashes(data()));
    const std::string text = format_checkpoint({signer.verifier().name, size, tree.root()});
    return {index, tree.inclusion_proof(index), signer.sign(text), std::nullopt};
}

std::variant<VerifiedProof, Fault> verify(const Proof& proof, ByteView leaf) {
    return ProofVerifier(test::trust()).verify(format_proof(proof), leaf);
}

Fault fault_of(const std::variant<VerifiedProof, Fault>& result) {
    return std::get<Fault>(result);
}

TEST(Proof, HasTheSpecifiedForm) {
    const Digest hash{};
    const Proof proof{7, {hash, hash}, "the checkpoint\n", std::nullopt};
    const std::string line = std::string(43, 'A') + "=\n";
    EXPECT_EQ(format_proof(proof), "c2sp.org/tlog-proof@v1\nindex 7\n" + line + line + "\nthe checkpoint\n");
    const Proof with_extra{0, {}, "c\n", Bytes{1, 2, 3}};
    EXPECT_EQ(format_proof(with_extra), "c2sp.org/tlog-proof@v1\nextra AQID\nindex 0\n\nc\n");
    EXPECT_EQ(parse_proof(format_proof(proof)), proof);
    EXPECT_EQ(parse_proof(format_proof(with_extra)), with_extra);
}

TEST(Proof, VerifiesForEveryLeaf) {
    ProofVerifier verifier(test::trust());
    for (std::uint64_t i = 0; i < size; ++i) {
        const auto result = verifier.verify(format_proof(proof_of(i)), data()[i]);
        ASSERT_TRUE(std::holds_alternative<VerifiedProof>(result)) << i;
        EXPECT_EQ(std::get<VerifiedProof>(result).index, i);
        EXPECT_EQ(std::get<VerifiedProof>(result).checkpoint.size, size);
    }
}

TEST(Proof, NamesTheCheckThatFailed) {
    const Proof good = proof_of(4);
    EXPECT_EQ(fault_of(verify(good, data()[5])), Fault::not_included);
    Proof changed = good;
    changed.index = 5;
    EXPECT_EQ(fault_of(verify(changed, data()[4])), Fault::not_included);
    changed = good;
    changed.hashes.pop_back();
    EXPECT_EQ(fault_of(verify(changed, data()[4])), Fault::not_included);
    changed = good;
    changed.checkpoint = "";
    EXPECT_EQ(fault_of(verify(changed, data()[4])), Fault::malformed_checkpoint);
    EXPECT_EQ(fault_of(verify(proof_of(4, test::signer(2)), data()[4])), Fault::not_signed);
    EXPECT_EQ(fault_of(verify(proof_of(4, Signer("example.org/b", test::seed(1))), data()[4])), Fault::other_origin);
    EXPECT_EQ(fault_of(ProofVerifier(test::trust()).verify("", data()[4])), Fault::malformed_proof);
}

TEST(Proof, ARememberedCheckpointVouchesForNoOther) {
    ProofVerifier verifier(test::trust());
    const Proof good = proof_of(4);
    ASSERT_TRUE(std::holds_alternative<VerifiedProof>(verifier.verify(format_proof(good), data()[4])));
    Proof forged = good;
    forged.checkpoint = proof_of(4, test::signer(2)).checkpoint;
    EXPECT_EQ(fault_of(verifier.verify(format_proof(forged), data()[4])), Fault::not_signed);
    EXPECT_TRUE(std::holds_alternative<VerifiedProof>(verifier.verify(format_proof(good), data()[4])));
}

TEST(Proof, NoChangedByteIsBelieved) {
    const std::string text = format_proof(proof_of(17));
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 0x01);
        EXPECT_TRUE(std::holds_alternative<Fault>(ProofVerifier(test::trust()).verify(changed, data()[17]))) << i;
        EXPECT_TRUE(std::holds_alternative<Fault>(ProofVerifier(test::trust()).verify(text.substr(0, i), data()[17])))
            << i;
    }
}

TEST(Proof, RefusesOtherForms) {
    const std::string head = "c2sp.org/tlog-proof@v1\n";
    const std::string hash = std::string(43, 'A') + "=\n";
    ASSERT_TRUE(parse_proof(head + "index 3\n" + hash + "\nc\n"));
    for (const std::string& bad : std::vector<std::string>{
             "", head, "c2sp.org/tlog-proof@v2\nindex 3\n\nc\n", head + "index 3\n" + hash, head + "index 3",
             head + "index 03\n\nc\n", head + "index -3\n\nc\n", head + "index\n\nc\n", head + "index 3 \n\nc\n",
             head + "\nindex 3\n\nc\n", head + "index 3\nextra AQID\n\nc\n", head + "extra AQI\nindex 3\n\nc\n",
             head + "extra AQID\nextra AQID\nindex 3\n\nc\n", head + "index 3\nAAAA\n\nc\n",
             head + "index 3\n " + hash + "\nc\n", head + "index 3\r\n\r\nc\r\n", "\n" + head + "index 3\n\nc\n",
             head + "index 9223372036854775808\n\nc\n"}) {
        EXPECT_FALSE(parse_proof(bad)) << bad;
    }
    std::string many = head + "index 3\n";
    for (int i = 0; i < 63; ++i)
        many += hash;
    EXPECT_TRUE(parse_proof(many + "\nc\n"));
    EXPECT_FALSE(parse_proof(many + hash + "\nc\n"));
}

}  // namespace
}  // namespace msh::log
