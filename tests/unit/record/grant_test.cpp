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

// What was signed is what was read: nothing is passed over, and nothing has two spellings.
TEST(Grant, StatementsAndCardsAreCanonical) {
    const std::string text = to_text(sample());
    const auto changed = [&](std::string_view from, std::string_view to) {
        std::string out = text;
        out.replace(out.find(from), from.size(), to);
        return out;
    };
    ASSERT_NO_THROW((void)read_statement(text));
    for (const auto& [from, to] : {std::pair{"\"type\":\"statement\"", "\"type\":\"grant\""},
                                   {",\"type\":\"statement\"", ""},
                                   {"{\"grant\"", "{ \"grant\""},
                                   {"{\"grant\"", "{\"a\":1,\"grant\""},
                                   {"\"grant\"", "\"\\u0067rant\""},
                                   {"\"studies\":3", "\"studies\":3.0"},
                                   {"\"type\":\"statement\"}", "\"type\":\"statement\",\"z\":1}"},
                                   {"\"msh\":1,", ""}}) {
        EXPECT_THROW((void)read_statement(changed(from, to)), Error) << from << " " << to;
    }
    const std::string card = card_text({"a", "b", "c"});
    EXPECT_THROW((void)read_card(std::string(card).replace(card.find('{'), 1, "{ ")), Error);
    EXPECT_THROW((void)read_card(std::string(card).replace(card.find('{'), 1, "{\"a\":\"\",")), Error);
}

TEST(Grant, ParentsAscend) {
    Statement statement = sample();
    statement.parents = {Digest{5}, Digest{6}};
    ASSERT_NO_THROW((void)read_statement(to_text(statement)));
    for (const std::vector<Digest>& wrong : {std::vector<Digest>{Digest{6}, Digest{5}}, {Digest{5}, Digest{5}}}) {
        statement.parents = wrong;
        EXPECT_THROW((void)read_statement(to_text(statement)), Error);
    }
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
    for (const std::string_view twice : {R"(,"secret":"AA==")", R"(,"\u0073ecret":"AA==")", R"(,"epoch":2)"}) {
        std::string line(as_text(json));
        line.insert(line.find(",\"root\""), twice);
        EXPECT_THROW((void)read_study(as_bytes(line)), Error) << twice;
    }
}

TEST(Grant, FingerprintDependsOnEveryKey) {
    const PublicKeys keys{"a", "b", "c"};
    EXPECT_EQ(fingerprint(keys).size(), 64U);
    EXPECT_NE(fingerprint(keys), fingerprint({"x", "b", "c"}));
    EXPECT_NE(fingerprint(keys), fingerprint({"a", "x", "c"}));
    EXPECT_NE(fingerprint(keys), fingerprint({"a", "b", "x"}));
    EXPECT_EQ(read_card(card_text(keys)), keys);
    const std::string digits = fingerprint(keys);
    std::string upper = digits;
    for (char& digit : upper)
        digit = digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit;
    EXPECT_EQ(read_fingerprint(digits), digits);
    EXPECT_EQ(read_fingerprint(upper), digits);
    for (const std::string& wrong : {std::string(), digits + "0", digits.substr(1), "g" + digits.substr(1)})
        EXPECT_FALSE(read_fingerprint(wrong)) << wrong;
}

TEST(Boxes, AboutRoundTrip) {
    const About about{"2.25.1", "", "2.25.3", "1.2", "1.2.840.10008.1.2.1", "CT", 5, Digest{2}};
    EXPECT_EQ(to_json(read_about(to_json(about))), to_json(about));
    EXPECT_THROW((void)read_about(R"({"sop":1})"), Error);
}

TEST(Boxes, SealedRoundTrip) {
    const Sealed sealed{"1.2.840.10008.1.2.1",
                        77,
                        Digest{1},
                        {{"00100020", {{"F00D"}}}},
                        {{"0020000D", {{"1.2"}}},
                         {"00100020", {{"1", "2"}}},
                         {"00100010", {{"D\u00f6e^\"J\" \ufffd"}}},
                         {"00081030", std::nullopt},
                         {"00400275.00400009", {{"", "x"}}}}};
    const std::string json = to_json(sealed);
    const Sealed back = read_sealed(json + "   ");
    EXPECT_EQ(to_json(back), json);
    EXPECT_EQ(back.size, 77U);
    EXPECT_EQ(back.pseudonyms, sealed.pseudonyms);
    EXPECT_EQ(back.attributes, sealed.attributes);
    EXPECT_EQ(first_value(back.attributes, "00100020"), "1");
    EXPECT_EQ(first_value(back.attributes, "00081030"), "");
    EXPECT_EQ(first_value(back.attributes, "00100030"), "");
    EXPECT_EQ(joined_values(back.attributes, "00100020"), "1\\2");
    EXPECT_EQ(joined_values(back.attributes, "00400275.00400009"), "\\x");
    EXPECT_EQ(joined_values(back.attributes, "00081030"), "");
    EXPECT_EQ(joined_values(back.attributes, "00100030"), "");
}

TEST(Boxes, DamagedSealed) {
    const auto text = [](const std::string& attributes) {
        return R"({"transfer_syntax":"1","size":1,"sha256":")" + std::string(43, 'A') + R"(=","pseudonyms":{},)" +
               attributes + "}";
    };
    EXPECT_NO_THROW((void)read_sealed(text(R"("attributes":{"00100020":["a"]})")));
    for (const char* attributes : {R"("x":1)", R"("attributes":[])", R"("attributes":{"00100020":"a"})",
                                   R"("attributes":{"00100020":[1]})", R"("attributes":{"00100020":{}})"}) {
        EXPECT_THROW((void)read_sealed(text(attributes)), Error) << attributes;
    }
}

TEST(Boxes, SealedStaysBelowItsLimit) {
    Sealed sealed;
    sealed.pseudonyms.push_back({"0020000D", {{"2.25.1"}}});
    for (int i = 0; i < 500; ++i)
        sealed.attributes.push_back({std::to_string(10000000 + i), {{std::string(100, '\n')}}});
    const std::string json = to_json(sealed);
    EXPECT_LE(json.size(), max_sealed);
    const Sealed back = read_sealed(json);
    EXPECT_GT(back.attributes.size(), 200U);
    EXPECT_EQ(back.attributes.back(), sealed.attributes[back.attributes.size() - 1]);
    EXPECT_EQ(back.pseudonyms, sealed.pseudonyms);
}

}  // namespace
}  // namespace msh::record
