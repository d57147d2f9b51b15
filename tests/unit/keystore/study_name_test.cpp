#include "keystore/study_name.hpp"

#include "base/encoding.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

const std::string id(32, '1');

TEST(StudyName, IsAPseudonymWithDigitsOfACommitmentAndOfAnIssuer) {
    const StudyName plain = parse_study_name(id);
    EXPECT_EQ(to_hex(plain.id), id);
    EXPECT_TRUE(plain.prefix.empty() && plain.issuer.empty());
    const StudyName both = parse_study_name(id + "@0123abcd@89abcdef0");
    EXPECT_EQ(both.prefix, "0123abcd");
    EXPECT_EQ(both.issuer, "89abcdef0");
    for (const std::string& bad :
         {std::string(), std::string("x"), id + "0", id + "@", id + "@1234567", id + "@0123ABCD", id + "@12345678@",
          id + "@12345678@1234567", id + "@12345678@wxyz1234", id + "@" + std::string(65, 'a'),
          std::string("@12345678")}) {
        EXPECT_EQ(kind_of_error([&] { (void)parse_study_name(bad); }), ErrorKind::usage) << bad;
    }
}

TEST(StudyName, ChoosesOneStudyOrAsksForMoreDigits) {
    const std::string a(64, 'a');
    const std::string b(64, 'b');
    const StudyOfId own{digest_of(1), {}, 1, false};
    const StudyOfId first{digest_of(2), a, 1, false};
    const StudyOfId second{digest_of(3), a, 2, false};
    const StudyOfId same_secret{digest_of(2), b, 1, false};
    const StudyOfId gone{digest_of(4), {}, 0, true};
    const auto count = [](const std::vector<StudyOfId>& studies, const std::string& name) {
        return choose_studies(studies, parse_study_name(id + name)).size();
    };
    const auto digits = [](const StudyOfId& study) { return "@" + to_hex(study.commitment).substr(0, 8); };
    EXPECT_EQ(count({own}, ""), 1U);
    EXPECT_EQ(count({first, second}, ""), 2U);  // the epochs of one issuer's
    EXPECT_EQ(count({first, second}, digits(second)), 1U);
    EXPECT_EQ(count({gone}, ""), 0U);
    EXPECT_EQ(count({own, gone}, digits(gone)), 0U);
    EXPECT_EQ(count({first, same_secret}, digits(first) + "@bbbbbbbb"), 1U);
    std::string message;
    const auto expect_unclear = [&](const std::vector<StudyOfId>& studies, const std::string& name) {
        EXPECT_EQ(kind_of_error([&] { (void)count(studies, name); }, &message), ErrorKind::usage);
    };
    expect_unclear({own, gone}, "");
    expect_unclear({first, same_secret}, digits(first));
    expect_unclear({own, first}, "");
    EXPECT_EQ(message, "more than one study has this pseudonym: " + digits(own) + " (own, epoch 1), " + digits(first) +
                           " (from " + a + ", epoch 1)");
    EXPECT_EQ(kind_of_error([&] { (void)count({own}, "@00000000"); }, &message), ErrorKind::input);
    EXPECT_EQ(message, "there is no such study");
    EXPECT_EQ(kind_of_error([&] { (void)count({}, ""); }), ErrorKind::input);
}

}  // namespace
}  // namespace msh::keystore::test
