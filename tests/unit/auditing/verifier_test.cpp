#include "auditing/verifier.hpp"

#include "base/encoding.hpp"
#include "ipfs/block_store.hpp"
#include "support/fake_program.hpp"
#include "unit/auditing/support.hpp"

namespace msh::auditing {
namespace {

class VerifierTest : public AuditTest {
  protected:
    void SetUp() override {
        AuditTest::SetUp();
        const Bytes block{1, 2, 3};
        {
            ipfs::BlockStore store(home.store(), ipfs::BlockStore::Access::write);
            cid = ipfs::Cid::of(ipfs::Codec::raw, block).text();
            store.put(ipfs::Cid::of(ipfs::Codec::raw, block), block);
            store.sync();
        }
        for (std::uint64_t i = 0; i < 3; ++i) {
            record::Object object = object_at(i, "hospital.example/log");
            object.payload = {block.size(), std::nullopt, cid};
            objects.push_back(object);
        }
        objects[2].id = objects[1].id;  // somebody has used the id of another
        std::vector<Digest> leaves;
        for (const record::Object& object : objects)
            leaves.push_back(custodian::leaf_data(object));
        log.append(leaves);
        keys.add(log.key());
        logs.add("https://hospital.example/log");
    }

    std::vector<record::Object> objects;
    std::string cid;
    FakeLog log{"hospital.example/log"};
    LogKeys keys{nullptr};
    LogSet logs{home, nullptr, keys, [this](const std::string&) { return log.reader(); }};
    msh::test::FakeProgram program;
    storage::PayloadChecker payloads{{}, home, nullptr, program};
};

TEST_F(VerifierTest, AVerdictHoldsWhatIsKnownOfPayloadAndLog) {
    Verifier verifier(payloads, logs, nullptr);
    EXPECT_FALSE(verifier.checked_any());
    record::Object lost = objects[1];
    lost.payload.cid = ipfs::Cid::of(ipfs::Codec::raw, Bytes{9}).text();
    const std::vector<const record::Object*> good{&objects[0], &objects[1]};
    for (const Verifier::Result& result : verifier.verify(good)) {
        EXPECT_EQ(result.verdict.payload, "whole");
        EXPECT_EQ(result.verdict.log, "included");
        EXPECT_TRUE(result.verdict.ok());
        EXPECT_FALSE(result.error);
    }
    EXPECT_TRUE(verifier.checked_any());
    EXPECT_TRUE(verifier.all_ok());
    EXPECT_TRUE(verifier.saw_checkpoint());
    const std::vector<const record::Object*> mixed{&lost, &objects[0]};
    const auto results = verifier.verify(mixed);
    EXPECT_EQ(results[0].verdict.id, lost.id);
    EXPECT_EQ(results[0].verdict.payload, "absent");
    EXPECT_EQ(results[0].verdict.log, "not-included");
    EXPECT_TRUE(results[1].verdict.ok());
    EXPECT_FALSE(verifier.all_ok());
    EXPECT_TRUE(verifier.missed_logs().empty());
}

TEST_F(VerifierTest, NamesAFewOfTheLogsThatWereMissing) {
    Verifier verifier(payloads, logs, nullptr);
    std::vector<record::Object> strangers;
    for (int i = 0; i < 9; ++i)
        strangers.push_back(object_at(0, "log" + std::to_string(i) + ".example"));
    std::vector<const record::Object*> pointers;
    for (const record::Object& object : strangers)
        pointers.push_back(&object);
    (void)verifier.verify(pointers);
    EXPECT_EQ(verifier.missed_logs(),
              (std::set<std::string>{"log0.example", "log1.example", "log2.example", "log3.example"}));
    EXPECT_FALSE(verifier.saw_checkpoint());
    EXPECT_FALSE(verifier.all_ok());
}

TEST_F(VerifierTest, WritesTheProofOfEachLeafAndNeverTwoUnderOneName) {
    const std::filesystem::path proofs = folder.path() / "proofs";
    const std::filesystem::path file = proofs / (to_hex(objects[1].id) + ".tlog-proof");
    const Bytes first = log.proof(1, custodian::leaf_data(objects[1]));
    std::filesystem::create_directory(proofs);
    write_file_atomically(file, as_bytes("of an earlier run"), 0600);
    ProofFolder written(proofs);
    Verifier verifier(payloads, logs, &written);
    record::Object absent = objects[0];
    absent.epoch = 2;
    const std::vector<const record::Object*> all{&absent, &objects[1], &objects[2], &objects[1]};
    const auto results = verifier.verify(all);
    EXPECT_FALSE(results[0].error);
    EXPECT_FALSE(std::filesystem::exists(proofs / (to_hex(absent.id) + ".tlog-proof")));
    EXPECT_FALSE(results[1].error);
    ASSERT_TRUE(results[2].error);
    EXPECT_EQ(results[2].error->kind(), ErrorKind::input);
    EXPECT_EQ(std::string(results[2].error->what()), "the name of its proof is already taken");
    EXPECT_FALSE(results[3].error);
    EXPECT_EQ(read_file(file, 1U << 16), first);
    EXPECT_EQ(verifier.all_ok(), false);  // of the first
}

}  // namespace
}  // namespace msh::auditing
