#include "record/grant.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "record/about.hpp"
#include "record/sealed.hpp"

namespace msh::record {
namespace {

Statement sample() {
    Statement statement;
    statement.grant.fill(1);
    statement.issuer = {"age1issuer", "issuer+00000000+AAAA", "log+00000000+AAAA"};
    statement.recipient = "age1recipient";
    statement.not_before = 1700000000;
    statement.origin = "log";
    statement.revocation_salt.fill(2);
    statement.studies = 3;
    statement.root.fill(4);
    return statement;
}

TEST(Grant, StatementRoundTrip) {
    Statement statement = sample();
    EXPECT_EQ(to_text(read_statement(to_text(statement))), to_text(statement));
    statement.not_after = 1800000000;
    statement.parents = {Digest{5}, Digest{6}};
    const Statement back = read_statement(to_text(statement));
    EXPECT_EQ(back.not_after, 1800000000);
    EXPECT_EQ(back.parents, statement.parents);
    EXPECT_EQ(back.issuer, statement.issuer);
    EXPECT_EQ(to_text(back), to_text(statement));
}

TEST(Grant, StatementRefusals) {
    const std::string text = to_text(sample());
    EXPECT_TRUE(text.starts_with("msh/v1/grant\n{\"grant\":"));
    EXPECT_THROW((void)read_statement(text.substr(0, text.size() - 1)), Error);
    EXPECT_THROW((void)read_statement("msh/v1/card" + text.substr(12)), Error);
    std::string other_scope = text;
    other_scope.replace(other_scope.find("studies"), 7, "indexes");
    EXPECT_THROW((void)read_statement(other_scope), Error);
}

TEST(Grant, StudyLineRoundTripAndSecretLast) {
    GrantedStudy study;
    study.id.fill(1);
    study.epoch = 2;
    study.kc.fill(3);
    study.records = 4;
    study.root.fill(5);
    Digest raw{};
    raw.fill(6);
    const SecretBytes json = to_json(study, Key(raw));
    const StudyLine back = read_study(json);
    EXPECT_EQ(study_text(back.study), study_text(study));
    EXPECT_TRUE(constant_time_equal(back.secret.view(), raw));
    EXPECT_EQ(study_text(study).find("secret"), std::string::npos);
    EXPECT_THROW((void)read_study(as_bytes("{\"msh\":1,\"type\":\"study\"}")), Error);
    EXPECT_THROW((void)read_study(ByteView(json).first(json.size() - 1)), Error);
    EXPECT_THROW((void)read_study(ByteView(json).subspan(1)), Error);
}

TEST(Grant, FingerprintDependsOnEveryKey) {
    const PublicKeys keys{"a", "b", "c"};
    EXPECT_EQ(fingerprint(keys).size(), 64U);
    EXPECT_NE(fingerprint(keys), fingerprint({"x", "b", "c"}));
    EXPECT_NE(fingerprint(keys), fingerprint({"a", "x", "c"}));
    EXPECT_NE(fingerprint(keys), fingerprint({"a", "b", "x"}));
    EXPECT_EQ(read_card(card_text(keys)), keys);
}

TEST(Boxes, SealedAndAboutRoundTrip) {
    Sealed sealed{"1.2",
                  "1.3",
                  "1.4",
                  "1.2.840.10008.1.2.1",
                  77,
                  Digest{1},
                  1,
                  {{"PatientName",
                    "d\xc3\xb6"
                    "e^\"j\""}}};
    const Sealed back = read_sealed(to_json(sealed) + "   ");
    EXPECT_EQ(back.terms.at(0).value, sealed.terms[0].value);
    EXPECT_EQ(back.size, 77U);
    About about{"2.25.1", "", "2.25.3", "1.2", "1.2.840.10008.1.2.1", "CT", 5, Digest{2}};
    EXPECT_EQ(to_json(read_about(to_json(about))), to_json(about));
    EXPECT_THROW((void)read_about(R"({"sop":1})"), Error);
    EXPECT_THROW((void)read_sealed(
                     R"({"sop":"1","series":"1","study":"1","transfer_syntax":"1","size":1,"normaliser":1,"sha256":")" +
                     std::string(43, 'A') + R"(=","terms":[["a"]]})"),
                 Error);
}

TEST(Boxes, SealedStaysBelowItsLimit) {
    Sealed sealed;
    for (int i = 0; i < 5000; ++i)
        sealed.terms.push_back({"StudyDescription", "word" + std::to_string(i)});
    const std::string json = to_json(sealed);
    EXPECT_LE(json.size(), most_sealed);
    EXPECT_GT(read_sealed(json).terms.size(), 1000U);
}

}  // namespace
}  // namespace msh::record
