#include "keystore/grants.hpp"

#include <utility>

#include "base/error.hpp"
#include "keystore/issuers.hpp"
#include "keystore/rotation.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

class GrantsTest : public KeystoreTest {
  protected:
    static std::vector<GivenGrant> given(Keystore& keystore) {
        std::vector<GivenGrant> grants;
        Grants(keystore).for_each_given([&](const GivenGrant& grant) { grants.push_back(grant); });
        return grants;
    }
    static std::vector<AcceptedContents> accepted(Keystore& keystore) {
        std::vector<AcceptedContents> grants;
        Grants(keystore).for_each_accepted([&](const AcceptedContents& grant) { grants.push_back(grant); });
        return grants;
    }
};

TEST_F(GrantsTest, IssuersArePinned) {
    Keystore keystore(path());
    Issuers issuers(keystore);
    Issuer issuer{"fp-a", R"({"age":"..."})", "a.example/log", "a.example/log+00000000+AAAA", 1'700'000'000};
    EXPECT_FALSE(issuers.find("fp-a"));
    issuers.pin(issuer);
    EXPECT_EQ(issuers.find("fp-a"), issuer);
    issuer.pinned = 5;
    issuers.pin(issuer);
    Issuer same_log = issuer;
    same_log.fingerprint = "fp-b";
    issuers.pin(same_log);
    EXPECT_EQ(issuers.list(), (std::vector<Issuer>{issuer, same_log}));
    EXPECT_EQ(issuers.with_log("a.example/log").size(), 2u);
    EXPECT_TRUE(issuers.with_log("b.example/log").empty());
    EXPECT_TRUE(issuers.forget("fp-a"));
    EXPECT_FALSE(issuers.forget("fp-a"));
    EXPECT_EQ(issuers.list(), std::vector<Issuer>{same_log});
}

TEST_F(GrantsTest, GivenOnesAreListed) {
    Keystore keystore(path());
    Grants grants(keystore);
    const GivenGrant one{digest_of(1), "statement\n", "age1...", 12, 3, 1, std::nullopt};
    const GivenGrant two{digest_of(2), std::nullopt, "age1other", 13, 4, 2, 99, "fp-of-the-card"};
    grants.add_given(one);
    grants.add_given(two);
    EXPECT_EQ(given(keystore), (std::vector<GivenGrant>{one, two}));
    EXPECT_FALSE(grants.label_of(one.id));
}

TEST_F(GrantsTest, MoreThanAreReadAtATimeAreListedInTheirOrder) {
    Keystore keystore(path());
    Transaction transaction(keystore);
    for (std::uint64_t i = 0; i < 600; ++i) {
        Grants(keystore).add_given({digest_of(i), std::nullopt, "age1...", 1, 1, 1, std::nullopt});
        EXPECT_TRUE(Grants(keystore).add_accepted({digest_of(i), "", "fp-a", std::nullopt, std::nullopt, 1}));
    }
    transaction.commit();
    const auto givens = given(keystore);
    const auto accepteds = accepted(keystore);
    ASSERT_EQ(givens.size(), 600U);
    ASSERT_EQ(accepteds.size(), 600U);
    for (std::uint64_t i = 0; i < 600; ++i) {
        EXPECT_EQ(givens[i].id, digest_of(i));
        EXPECT_EQ(accepteds[i].grant.id, digest_of(i));
    }
}

TEST_F(GrantsTest, LabelsAreWrapped) {
    const GivenGrant grant{digest_of(1), "statement\n", "age1...", 12, 3, 1, std::nullopt};
    const std::string label = "for Jane Doe, by phone";
    {
        Unlocked keystore(path(), master);
        Grants(keystore).add_given(grant, label);
        EXPECT_EQ(Grants(keystore).label_of(grant.id), label);
        Rotation(keystore).begin(key_of(2));
        EXPECT_EQ(Grants(keystore).label_of(grant.id), label);
    }
    EXPECT_EQ(count_in_raw_files(path(), std::vector<Bytes>{Bytes(label.begin(), label.end())}), 0U);
    Keystore locked(path());
    EXPECT_EQ(given(locked), std::vector<GivenGrant>{grant});
}

TEST_F(GrantsTest, AcceptedOnesKeepTheirOrder) {
    Unlocked keystore(path(), master);
    Grants grants(keystore);
    StudyForWriting theirs;
    const AcceptedGrant grant{digest_of(1), "statement", "fp-a", std::nullopt, 99, 12};
    EXPECT_FALSE(grants.accepted(grant.id));
    std::vector<std::int64_t> order;
    {
        Transaction transaction(keystore);
        EXPECT_TRUE(grants.add_accepted(grant));
        theirs = receive(keystore, id_of(500), 9, 2);
        grants.add_study(grant.id, name_of(theirs));
        for (std::uint64_t i = 0; i < 150; ++i) {
            record::Object record = object_of(1000 - i, theirs);
            record.sealed.reset();
            order.push_back(Objects(keystore).receive(record, name_of(theirs)));
            grants.add_objects(grant.id, std::span(&order.back(), 1));
        }
        std::swap(order[0], order[1]);
        grants.add_objects(grant.id, std::span(order).first(2));
        std::swap(order[0], order[1]);
        order.push_back(order[1]);
        order.push_back(order[0]);
        transaction.commit();
    }
    EXPECT_FALSE(grants.add_accepted(grant));
    EXPECT_EQ(grants.accepted(grant.id), grant);
    EXPECT_EQ(accepted(keystore), (std::vector<AcceptedContents>{{grant, 1, 152}}));
    EXPECT_EQ(grants.grants_for(name_of(theirs)), std::vector<AcceptedGrant>{grant});
    StudyForWriting other = theirs;
    other.epoch = 1;
    EXPECT_TRUE(grants.grants_for(name_of(other)).empty());
    other = receive(keystore, theirs.study, 10, 2);
    EXPECT_TRUE(grants.grants_for(name_of(other)).empty());
    std::vector<std::int64_t> found;
    grants.for_each_object(grant.id,
                           [&](const record::Object& object) { found.push_back(number_of(keystore, object)); });
    EXPECT_EQ(found, order);

    EXPECT_EQ(kind_of_error([&] { grants.add_objects(digest_of(9), order); }), ErrorKind::input);
    EXPECT_EQ(kind_of_error([&] { grants.add_objects(grant.id, std::vector<std::int64_t>{7000}); }), ErrorKind::input);
    EXPECT_EQ(kind_of_error([&] { grants.add_study(digest_of(9), name_of(theirs)); }), ErrorKind::input);
}

// A grant of one issuer does not keep open what another one granted.
TEST_F(GrantsTest, EachIssuerOpensWhatCameFromHim) {
    Unlocked keystore(path(), master);
    Grants grants(keystore);
    const StudyForWriting theirs = receive(keystore, id_of(500), 9);
    (void)receive(keystore, id_of(500), 9, 1, "fp-m");
    const AcceptedGrant of_a{digest_of(1), "statement", "fp-a", std::nullopt, 99, 12};
    const AcceptedGrant of_m{digest_of(2), "statement", "fp-m", std::nullopt, std::nullopt, 12};
    ASSERT_TRUE(grants.add_accepted(of_a));
    ASSERT_TRUE(grants.add_accepted(of_m));
    grants.add_study(of_a.id, name_of(theirs));
    grants.add_study(of_m.id, name_of(theirs, "fp-m"));
    EXPECT_EQ(grants.grants_for(name_of(theirs)), std::vector<AcceptedGrant>{of_a});
    EXPECT_EQ(grants.grants_for(name_of(theirs, "fp-m")), std::vector<AcceptedGrant>{of_m});
    EXPECT_TRUE(grants.grants_for(name_of(theirs, "fp-b")).empty());
}

}  // namespace
}  // namespace msh::keystore::test
