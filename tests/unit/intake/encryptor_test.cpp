#include "intake/encryptor.hpp"

#include "base/file.hpp"
#include "crypto/hash.hpp"
#include "custodian/decryptor.hpp"
#include "custodian/opening.hpp"
#include "custodian/run_folder.hpp"
#include "keystore/shredding.hpp"
#include "keystore/studies.hpp"
#include "unit/intake/support.hpp"

namespace msh::intake {
namespace {

namespace fs = std::filesystem;
using enum Outcome;
using Outcomes = std::vector<Outcome>;
using Positions = std::vector<std::uint64_t>;

using EncryptorTest = IntakeTest;

TEST_F(EncryptorTest, EachInputOfABatchGetsItsOutcome) {
    const std::string old = add_new("old");
    EXPECT_EQ(outcome_of(old), encrypted);
    const Id old_id = results->records.at(0).id;

    const std::string fresh = add_new("fresh");
    const Counts counts = encrypt({old, add("named", {.sop_instance = "1.9", .may_show_names = true}),
                                   add_bytes("text", Bytes(200, 'x')), fresh, (files / "absent").string(), fresh, old});
    EXPECT_EQ(results->outcomes, (Outcomes{known, refused, unreadable, encrypted, unreadable, known, known}));
    EXPECT_EQ(results->positions, (Positions{1, 2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(results->reported, (Positions{2, 3, 5}));
    EXPECT_EQ(results->results[1].failure->class_name, "pixel-text");
    EXPECT_EQ(results->results[2].failure->class_name, "not-dicom");
    EXPECT_EQ(results->results[4].failure->class_name, "missing");
    // A record once, whichever of its inputs comes first.
    ASSERT_EQ(results->records.size(), 2U);
    EXPECT_EQ(results->records[0].id, old_id);
    EXPECT_EQ(counts.encrypted, 1U);
    EXPECT_EQ(counts.known, 3U);
    EXPECT_EQ(counts.refused, 1U);
    EXPECT_EQ(counts.unreadable, 2U);
    EXPECT_EQ(counts.failures(), 3U);
    // The second payload of the file that was named twice is gone.
    EXPECT_EQ(payloads(), 2U);
}

TEST_F(EncryptorTest, RecordsComeInTheOrderOfTheInputs) {
    std::vector<std::string> first;
    for (int i = 0; i < 20; ++i)
        first.push_back(add_new("first" + std::to_string(i)));
    (void)encrypt(first);
    std::vector<std::string> all;  // more than a round
    for (int i = 0; i < 80; ++i) {
        all.push_back(add_new("second" + std::to_string(i)));
        if (i % 4 == 0) all.push_back(first[static_cast<std::size_t>(i / 4)]);
    }
    const Counts counts = encrypt(all);
    EXPECT_EQ(counts.encrypted, 80U);
    EXPECT_EQ(counts.known, 20U);
    ASSERT_EQ(results->records.size(), 100U);
    custodian::SealedOpener opener(*keystore);
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(results->positions[i], i + 1);
        const Bytes file = read_file(all[i], 1 << 20).value();
        EXPECT_EQ(opener.open(results->records[i]).sha256, crypto::sha256(file)) << i;
    }
}

TEST_F(EncryptorTest, WhatIsEncryptedCanBeDecryptedAndNamesNobody) {
    EXPECT_EQ(outcome_of(add("file")), encrypted);
    custodian::DecryptRequest request{results->records.at(0)};
    custodian::Decryptor(home, *keystore, folder.path() / "out", std::nullopt).decrypt({&request, 1});
    ASSERT_FALSE(request.error) << request.error->what();
    const std::string text(as_text(read_file(request.file, 1 << 20).value()));
    EXPECT_NE(text.find("MONOCHROME2"), std::string::npos);
    for (const char* const secret : {"Doe", "MRN-77", "1.2.3.4", "20240131"})
        EXPECT_EQ(text.find(secret), std::string::npos) << secret;
}

TEST_F(EncryptorTest, IdentifiedKeepsTheFile) {
    const std::string path = add("file", {.may_show_names = true});
    options.identified = true;
    EXPECT_EQ(outcome_of(path), encrypted);
    EXPECT_EQ(results->records.at(0).profile, "identified");
    custodian::DecryptRequest request{results->records.at(0)};
    custodian::Decryptor(home, *keystore, folder.path() / "out", std::nullopt).decrypt({&request, 1});
    ASSERT_FALSE(request.error);
    EXPECT_EQ(read_file(request.file, 1 << 20), read_file(path, 1 << 20));
    options.identified = false;
    EXPECT_EQ(outcome_of(path), refused);
}

TEST_F(EncryptorTest, AgainEncryptsOnceMore) {
    const std::string path = add("file");
    EXPECT_EQ(outcome_of(path), encrypted);
    const Id former = results->records.at(0).id;
    options.again = true;
    (void)encrypt({path, path});
    EXPECT_EQ(results->outcomes, (Outcomes{encrypted, known}));
    ASSERT_EQ(results->records.size(), 1U);
    EXPECT_NE(results->records[0].id, former);
}

TEST_F(EncryptorTest, APayloadThatIsLostIsMadeAnew) {
    const std::string path = add("file");
    EXPECT_EQ(outcome_of(path), encrypted);
    const record::Object lost = results->records.at(0);
    fs::remove(*lost.payload.path);
    EXPECT_EQ(outcome_of(path), encrypted);
    EXPECT_NE(results->records.at(0).id, lost.id);
    EXPECT_EQ(outcome_of(path), known);
}

TEST_F(EncryptorTest, AFileOfAShreddedStudyIsRefused) {
    const std::string path = add("file");
    EXPECT_EQ(outcome_of(path), encrypted);
    const Id study = results->records.at(0).study;
    keystore::Shredding shredding(*keystore);
    ASSERT_TRUE(shredding.shred(study, shredding.of_id(study), crypto::random_key(), home.tombstones()));
    EXPECT_EQ(outcome_of(path), refused);
    EXPECT_EQ(results->results[0].failure->class_name, "shredded");
    options.again = true;
    EXPECT_EQ(outcome_of(path), encrypted);
    EXPECT_NE(results->records.at(0).study, study);
}

// The study goes between the encryption of a file and its commit.
TEST_F(EncryptorTest, AStudyThatIsShreddedMeanwhileIsNoticed) {
    std::vector<Input> round;
    for (std::uint64_t i = 1; i <= 64; ++i)
        round.push_back({.position = i, .path = add_new(std::to_string(i))});
    (void)encrypt(std::vector{add_new("first")});
    const Id study = results->records.at(0).study;
    bool is_given = false;
    const Counts counts = encrypt([&](std::size_t max) {
        if (is_given) {
            keystore::Shredding shredding(*keystore);
            const auto own = shredding.of_id(study);
            if (!own.front().is_shredded) {
                EXPECT_TRUE(shredding.shred(study, own, crypto::random_key(), home.tombstones()));
            }
            return std::vector<Input>();
        }
        is_given = true;
        EXPECT_EQ(max, round.size());
        return round;
    });
    EXPECT_EQ(counts.refused, 64U);
    EXPECT_TRUE(results->records.empty());
    EXPECT_EQ(payloads(), 1U);
}

TEST_F(EncryptorTest, AnInputThatWouldBeOverwrittenEndsTheRun) {
    const std::string path = add("file");
    output = path;
    EXPECT_THROW((void)encrypt({add_new("other"), path}), Error);
    EXPECT_TRUE(results->results.empty());
    EXPECT_EQ(payloads(), 0U);
}

TEST_F(EncryptorTest, ASignalEndsTheRunBetweenRounds) {
    program.signalled = true;
    EXPECT_THROW((void)encrypt({add("file")}), test::FakeProgram::Stopped);
    // The round was finished, since no more inputs were there: the next run knows it.
    EXPECT_EQ(results->outcomes, Outcomes{encrypted});
    program.signalled = false;
    EXPECT_EQ(outcome_of(add("file")), known);
}

TEST_F(EncryptorTest, LinksAndErrorsOfInputsAreResults) {
    std::vector<Input> inputs{{.position = 1, .path = "folder/link", .is_link = true},
                              {.position = 2, .path = "folder", .error = Error(ErrorKind::input, "cannot read")}};
    const Counts counts = encrypt([&](std::size_t) { return std::exchange(inputs, {}); });
    EXPECT_EQ(results->outcomes, (Outcomes{skipped, unreadable}));
    EXPECT_EQ(results->results[1].failure->class_name, "path");
    EXPECT_EQ(counts.links, 1U);
    EXPECT_EQ(counts.unreadable, 1U);
}

TEST_F(EncryptorTest, AHintIsForAFileThatIsMissing) {
    std::vector<Input> inputs{{.position = 1, .path = files / "absent", .hint_if_missing = "use -0"},
                              {.position = 2, .path = add_bytes("text", Bytes(200, 'x')), .hint_if_missing = "use -0"}};
    (void)encrypt([&](std::size_t) { return std::exchange(inputs, {}); });
    EXPECT_EQ(results->results.at(0).failure->error.hint(), "use -0");
    EXPECT_NE(results->results.at(1).failure->error.hint(), "use -0");
}

TEST_F(EncryptorTest, ASweepLeavesWhatARecordPromises) {
    EXPECT_EQ(outcome_of(add("file")), encrypted);
    const fs::path kept = *results->records.at(0).payload.path;
    write_file_atomically(kept.parent_path() / "00000000000000000000000000000000", as_bytes("left"), 0600);
    write_file_atomically(kept.string() + ".part", as_bytes("left"), 0600);
    custodian::sweep_spool(home.spool(), *keystore);
    EXPECT_TRUE(fs::exists(kept));
    EXPECT_EQ(payloads(), 1U);
}

}  // namespace
}  // namespace msh::intake
