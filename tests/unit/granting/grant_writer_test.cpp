#include "granting/grant_writer.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "crypto/hash.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/opening.hpp"
#include "keystore/grants.hpp"
#include "keystore/issuers.hpp"
#include "log/note.hpp"
#include "log/reader.hpp"
#include "unit/granting/support.hpp"

namespace msh::granting::test {
namespace {

namespace fs = std::filesystem;

class GrantWriterTest : public GrantingTest {
  protected:
    static record::Statement statement_of(const std::string& note) {
        return record::read_statement(log::parse_note(note)->text);
    }
    const fs::path file = folder.path() / "file.grant";
};

TEST_F(GrantWriterTest, WhatIsWrittenCanBeAccepted) {
    const std::vector<record::Object> records{issuer.add_object(), issuer.add_object(),
                                              issuer.add_object({.study = 2})};
    issuer.grant(records, recipient, file);
    const auto accepted = recipient.accept(file, issuer.fingerprint());
    ASSERT_EQ(accepted.size(), records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        record::Object expected = records[i];
        expected.sealed_sha256 = crypto::sha256(*expected.sealed);
        expected.sealed.reset();
        expected.payload.path.reset();
        ASSERT_TRUE(accepted[i].anchor && accepted[i].anchor->proof);
        expected.anchor->proof = accepted[i].anchor->proof;
        EXPECT_EQ(accepted[i], expected);
    }
    const auto open = custodian::Opener(*recipient.keystore).open_object(accepted[0]);
    ASSERT_TRUE(open);
    EXPECT_FALSE(open->study.is_own);
    EXPECT_EQ(open->study.issuer, issuer.fingerprint());
    EXPECT_EQ(custodian::open_about(open->record, open->study.secret).sha256, crypto::sha256(plain(records[0].id)));
}

TEST_F(GrantWriterTest, BothSidesKnowOfIt) {
    GrantTerms terms;
    terms.not_after = seconds_now() + 1000;
    terms.label = "for the tumour board";
    issuer.grant({issuer.add_object(), issuer.add_object()}, recipient, file, terms);
    const auto note = issuer.given();
    ASSERT_EQ(note.size(), 1u);
    EXPECT_EQ(note[0].recipient, recipient.recipient().key.text());
    EXPECT_EQ(note[0].records, 2u);
    EXPECT_EQ(note[0].studies, 1u);
    EXPECT_EQ(note[0].not_after, terms.not_after);
    EXPECT_EQ(keystore::Grants(*issuer.keystore).label_of(note[0].id), terms.label);
    EXPECT_EQ(issuer.program.messages, std::vector<std::string>{"note: granted 2 objects of 1 study to 1 recipient, "
                                                                "until " +
                                                                to_rfc3339(*terms.not_after)});

    (void)recipient.accept(file, issuer.fingerprint());
    (void)recipient.accept(file, issuer.fingerprint());
    const auto accepted = recipient.accepted();
    ASSERT_EQ(accepted.size(), 1u);
    EXPECT_EQ(accepted[0].grant.id, note[0].id);
    EXPECT_EQ(accepted[0].grant.statement, note[0].statement);
    EXPECT_EQ(accepted[0].records, 2u);
    const auto pinned = keystore::Issuers(*recipient.keystore).find(issuer.fingerprint());
    ASSERT_TRUE(pinned);
    EXPECT_EQ(pinned->log_origin, "issuer.example/log");
}

TEST_F(GrantWriterTest, WhatIsGrantedOnEndsWithWhatItCameBy) {
    GrantTerms terms;
    terms.not_after = seconds_now() + 1000;
    issuer.grant({issuer.add_object()}, recipient, file, terms);
    const auto received = recipient.accept(file, issuer.fingerprint());
    Custodian third(folder.path() / "third", "third.example/log");
    recipient.grant(received, third, folder.path() / "on.grant", {});
    const auto records = third.accept(folder.path() / "on.grant", recipient.fingerprint());
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(custodian::Opener(*third.keystore).open_object(records[0])->study.not_after, terms.not_after);
    const auto first = statement_of(issuer.given().at(0).statement.value());
    const auto second = statement_of(recipient.given().at(0).statement.value());
    EXPECT_EQ(second.not_after, first.not_after);
    ASSERT_EQ(second.parents.size(), 1u);
    EXPECT_EQ(second.parents[0], crypto::sha256(as_bytes(record::to_text(first))));
}

TEST_F(GrantWriterTest, RefusesOneRecordAndGrantsTheOthers) {
    const auto anchored = issuer.add_object();
    const auto not_anchored = issuer.add_object({.is_anchored = false});
    record::Object unknown = anchored;
    unknown.id[0] ^= 1;
    GrantWriter writer(issuer.home, *issuer.keystore, issuer.program);
    EXPECT_EQ(std::string(error_of([&] { writer.add(not_anchored); }).what()), "the record is not anchored");
    EXPECT_EQ(std::string(error_of([&] { writer.add(unknown); }).what()), "the object is not in this keystore");
    writer.add(anchored);
    const GrantTerms terms{{recipient.recipient()}};
    GrantFiles files(terms.recipients, file.string());
    writer.write(terms, files);
    EXPECT_EQ(recipient.accept(file, issuer.fingerprint()).size(), 1u);
}

TEST_F(GrantWriterTest, NothingIsNotGranted) {
    const Error error = error_of([&] { issuer.grant({}, recipient, file); });
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_FALSE(fs::exists(file));
}

TEST_F(GrantWriterTest, OfMoreThanTheLimitsAllowNothingLeaves) {
    const auto one = issuer.add_object();
    (void)issuer.add_object({.patient = "4712"});
    EXPECT_EQ(error_of([&] { issuer.grant({one}, recipient, file); }).kind(), ErrorKind::refused);
    EXPECT_FALSE(fs::exists(file));
    EXPECT_TRUE(issuer.given().empty());
    EXPECT_TRUE(issuer.program.messages.empty());
}

// Its leaf stays in the log, and nobody was given anything.
TEST_F(GrantWriterTest, AGrantThatCannotBeWrittenIsNotGiven) {
    const auto record = issuer.add_object();
    fs::create_directory(folder.path() / "out");
    GrantWriter writer(issuer.home, *issuer.keystore, issuer.program);
    writer.add(record);
    const GrantTerms terms{{recipient.recipient()}};
    GrantFiles files(terms.recipients, (folder.path() / "out" / "file.grant").string());
    fs::remove_all(folder.path() / "out");
    EXPECT_EQ(error_of([&] { writer.write(terms, files); }).kind(), ErrorKind::failed);
    EXPECT_TRUE(issuer.given().empty());
    EXPECT_EQ(custodian::open_log(*issuer.keystore, issuer.home).size(), 2u);
}

TEST_F(GrantWriterTest, EachRecipientGetsAFileThatOnlyHeCanDecrypt) {
    Custodian third(folder.path() / "third", "third.example/log");
    GrantWriter writer(issuer.home, *issuer.keystore, issuer.program);
    writer.add(issuer.add_object());
    const GrantTerms terms{{recipient.recipient(), third.recipient()}};
    GrantFiles files(terms.recipients, (folder.path() / "out").string());
    writer.write(terms, files);
    const auto file_of = [&](const Custodian& to) {
        return folder.path() / "out" / (to.recipient().key.text() + ".grant");
    };
    EXPECT_EQ(recipient.accept(file_of(recipient), issuer.fingerprint()).size(), 1u);
    EXPECT_EQ(third.accept(file_of(third), issuer.fingerprint()).size(), 1u);
    const Error error = error_of([&] { (void)recipient.accept(file_of(third), issuer.fingerprint()); });
    EXPECT_EQ(std::string(error.what()), "the grant cannot be decrypted: it is for another recipient");
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_EQ(issuer.given().size(), 2u);
}

}  // namespace
}  // namespace msh::granting::test
