#include "keystore/grants.hpp"

#include <utility>

#include "base/error.hpp"
#include "keystore/issuers.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

class GrantsTest : public KeystoreTest {};

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
}

TEST_F(GrantsTest, GivenOnesAreListed) {
    Keystore keystore(path());
    Grants grants(keystore);
    const GivenGrant one{digest_of(1), "statement\n", "age1...", 12, 3, 1, std::nullopt};
    const GivenGrant two{digest_of(2), "", "age1other", 13, 4, 2, 99};
    grants.add_given(one);
    grants.add_given(two);
    EXPECT_EQ(grants.list_given(), (std::vector<GivenGrant>{one, two}));
}

TEST_F(GrantsTest, AcceptedOnesKeepTheirOrder) {
    Unlocked keystore(path(), master);
    Grants grants(keystore);
    StudyForWriting theirs;
    theirs.study = id_of(500);
    const AcceptedGrant grant{digest_of(1), "statement", "fp-a", std::nullopt, 99, 12};
    EXPECT_FALSE(grants.accepted(grant.id));
    std::vector<Id> order;
    {
        Transaction transaction(keystore);
        EXPECT_TRUE(grants.add_accepted(grant));
        ASSERT_TRUE(Studies(keystore).receive({theirs.study, 2, "basic", key_of(9), "fp-a"}));
        grants.add_study(grant.id, theirs.study, 2);
        for (std::uint64_t i = 0; i < 150; ++i) {
            record::Object record = object_of(1000 - i, theirs);
            record.epoch = 2;
            record.sealed.reset();
            Objects(keystore).receive(record);
            order.push_back(record.id);
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
    EXPECT_EQ(grants.list_accepted(), std::vector<AcceptedGrant>{grant});
    EXPECT_EQ(grants.opening(theirs.study, 2), std::vector<AcceptedGrant>{grant});
    EXPECT_TRUE(grants.opening(theirs.study, 1).empty());
    std::vector<Id> found;
    grants.for_each_object(grant.id, [&](const record::Object& object) { found.push_back(object.id); });
    EXPECT_EQ(found, order);

    EXPECT_EQ(kind_of_error([&] { grants.add_objects(digest_of(9), order); }), ErrorKind::input);
    EXPECT_EQ(kind_of_error([&] { grants.add_objects(grant.id, std::vector<Id>{id_of(1)}); }), ErrorKind::input);
    EXPECT_EQ(kind_of_error([&] { grants.add_study(digest_of(9), theirs.study, 1); }), ErrorKind::input);
}

}  // namespace
}  // namespace msh::keystore::test
