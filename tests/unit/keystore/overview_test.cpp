#include "keystore/overview.hpp"

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "keystore/grants.hpp"
#include "keystore/selection.hpp"
#include "keystore/shredding.hpp"
#include "keystore/targets.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore {
namespace {

using namespace test;

class OverviewTest : public OwnStudyTest {
  protected:
    std::vector<record::StudySummary> studies() {
        std::vector<record::StudySummary> out;
        Keystore locked(path());  // it needs no master key
        Overview(locked).for_each_study([&](record::StudySummary summary) { out.push_back(std::move(summary)); });
        return out;
    }
    std::vector<GivenGrant> given() {
        std::vector<GivenGrant> grants;
        Grants(*keystore).for_each_given([&](const GivenGrant& grant) { grants.push_back(grant); });
        return grants;
    }
    void store(const std::string& target, std::uint64_t from, std::uint64_t count) {
        std::vector<StoredPayload> payloads;
        for (std::uint64_t i = 0; i < count; ++i)
            payloads.push_back({object_name(from + i), "bafk" + std::to_string(from + i)});
        Targets(*keystore).mark(target, payloads);
    }
};

TEST_F(OverviewTest, StudiesWithWhatTheyHoldAndWhere) {
    const std::int64_t before = seconds_now();
    commit(*keystore, own, 0, 3);
    const StudyForWriting other = study(*keystore, 2);
    commit(*keystore, other, 10, 2);
    const StudyForWriting empty = study(*keystore, 3);
    store("store:/a", 0, 3);
    store("store:/b", 2, 1);
    store("store:/b", 10, 2);

    const auto list = studies();
    ASSERT_EQ(list.size(), 3U);
    EXPECT_EQ(list[0].study, own.study);
    EXPECT_EQ(list[0].project, "default");
    EXPECT_EQ(list[0].profile, "basic");
    EXPECT_EQ(list[0].epoch, 1U);
    EXPECT_EQ(list[0].objects, 3U);
    EXPECT_EQ(list[0].size, 3 * 524'288U + 0 + 1 + 2);
    EXPECT_GE(list[0].first.value(), before);
    EXPECT_LE(list[0].last.value(), seconds_now());
    ASSERT_EQ(list[0].stored.size(), 2U);
    EXPECT_EQ(list[0].stored[0].target, "store:/a");
    EXPECT_EQ(list[0].stored[0].objects, 3U);
    EXPECT_EQ(list[0].stored[1].objects, 1U);
    EXPECT_EQ(list[1].study, other.study);
    EXPECT_EQ(list[1].stored.size(), 1U);
    EXPECT_EQ(list[2].study, empty.study);
    EXPECT_EQ(list[2].objects, 0U);
    EXPECT_FALSE(list[2].first);

    const auto targets = Overview(*keystore).targets();
    ASSERT_EQ(targets.size(), 2U);
    EXPECT_EQ(targets[0].name, "store:/a");
    EXPECT_EQ(targets[0].objects, 3U);
    EXPECT_EQ(targets[1].objects, 3U);
    EXPECT_EQ(targets[1].size, 3 * 524'288U + 2 + 10 + 11);
}

TEST_F(OverviewTest, WhoHasAStudyUntilItIsShredded) {
    commit(*keystore, own, 0, 2);
    commit(*keystore, study(*keystore, 2), 10, 1);
    const auto give = [&](std::uint64_t number, std::optional<std::int64_t> not_after) {
        Selection selection(*keystore);
        EXPECT_TRUE(selection.add(number_of(*keystore, object_of(0, own))));
        EXPECT_TRUE(selection.add(number_of(*keystore, object_of(1, own))));
        Transaction transaction(*keystore);
        Grants(*keystore).add_given({digest_of(number), "statement", "age1a", 1000, 2, 1, not_after});
        selection.note_given(digest_of(number));
        transaction.commit();
    };
    give(1, 2000);
    give(2, std::nullopt);
    const auto list = studies();
    ASSERT_EQ(list.at(0).granted.size(), 2U);
    EXPECT_EQ(list[0].granted[0].grant, digest_of(1));
    EXPECT_EQ(list[0].granted[0].recipient, "age1a");
    EXPECT_EQ(list[0].granted[0].not_after, 2000);
    EXPECT_FALSE(list[0].granted[1].not_after);
    EXPECT_TRUE(list.at(1).granted.empty());
    EXPECT_EQ(given().at(0).not_after, 2000);

    EXPECT_TRUE(shred(*keystore, own.study, key_of(9), tombstones()));
    EXPECT_EQ(studies().size(), 1U);
    EXPECT_EQ(given().size(), 2U);
}

TEST_F(OverviewTest, OfAgeFilesOnlyThoseThatLeftAreKept) {
    commit(*keystore, own, 0, 2);
    const StudyForWriting other = study(*keystore, 2);
    commit(*keystore, other, 10, 3);
    Selection selection(*keystore);
    for (const std::uint64_t number : {0, 1, 10, 11, 12})
        EXPECT_TRUE(selection.add(number_of(*keystore, object_of(number, number < 10 ? own : other))));
    EXPECT_EQ(selection.studies(), 2U);
    Transaction transaction(*keystore);
    for (const std::uint64_t number : {1, 2}) {
        Grants(*keystore).add_given({digest_of(number), std::nullopt, "age1a", 1000, 5, 2, std::nullopt});
        selection.note_given(digest_of(number));
    }
    selection.clear();
    EXPECT_TRUE(selection.add(number_of(*keystore, object_of(11, other))));
    EXPECT_TRUE(selection.add(number_of(*keystore, object_of(12, other))));
    selection.correct_given(digest_of(1));
    ASSERT_EQ(given().size(), 2U);
    EXPECT_EQ(given()[0].records, 2U);
    EXPECT_EQ(given()[0].studies, 1U);
    EXPECT_EQ(given()[1].records, 5U);
    selection.clear();
    selection.correct_given(digest_of(2));
    transaction.commit();
    EXPECT_EQ(given().size(), 1U);
    EXPECT_TRUE(studies().at(0).granted.empty());
    ASSERT_EQ(studies().at(1).granted.size(), 1U);
    EXPECT_EQ(studies()[1].granted[0].grant, digest_of(1));
}

TEST_F(OverviewTest, OneStudy) {
    commit(*keystore, own, 0, 2);
    (void)study(*keystore, 2);
    std::uint64_t objects = 0;
    Overview(*keystore).for_each_study(own.study,
                                       [&](const record::StudySummary& summary) { objects += summary.objects; });
    EXPECT_EQ(objects, 2U);
    Overview(*keystore).for_each_study(id_of(77), [&](const record::StudySummary&) { ++objects; });
    EXPECT_EQ(objects, 2U);
}

TEST_F(OverviewTest, MoreStudiesThanAreReadAtATime) {
    std::vector<Id> expected{own.study};
    for (std::uint64_t i = 0; i < 600; ++i)
        expected.push_back(study(*keystore, 100 + i).study);
    const auto list = studies();
    ASSERT_EQ(list.size(), expected.size());
    for (std::size_t i = 0; i < list.size(); ++i)
        EXPECT_EQ(list[i].study, expected[i]);
}

TEST_F(OverviewTest, EveryObject) {
    commit(*keystore, own, 0, 100);
    commit(*keystore, study(*keystore, 2), 200, 100);
    std::vector<Id> met;
    const StudyForWriting theirs = receive(*keystore, id_of(500), 9);
    (void)Objects(*keystore).receive(object_of(300, theirs), name_of(theirs));
    Overview(*keystore).for_each_object([&](const ListedObject& object) {
        met.push_back(object.record.id);
        EXPECT_FALSE(object.issuer);
    });
    ASSERT_EQ(met.size(), 201U);
    EXPECT_EQ(met[0], id_of(0));
    EXPECT_EQ(met[199], id_of(299));
    EXPECT_EQ(met[200], id_of(300));
}

TEST_F(OverviewTest, AnObjectThatSeveralGrantedIsListedWithItsIssuer) {
    commit(*keystore, own, 0, 1);
    const auto grant = [&](const Id& study, std::string_view issuer, std::uint64_t number) {
        const StudyForWriting theirs = receive(*keystore, study, 9, 1, issuer);
        (void)Objects(*keystore).receive(object_of(number, theirs), name_of(theirs, issuer));
    };
    grant(id_of(500), "fp-a", 1);
    grant(id_of(500), "fp-b", 1);
    grant(id_of(600), "fp-b", 0);  // under the id of an own object
    grant(id_of(700), "fp-b", 2);
    std::vector<std::string> issuers;
    const auto add = [&](const ListedObject& object) { issuers.push_back(object.issuer.value_or("")); };
    Overview(*keystore).for_each_object(add);
    EXPECT_EQ(issuers, (std::vector<std::string>{"", "fp-a", "fp-b", "fp-b", ""}));
    issuers.clear();
    Overview(*keystore).for_each_object(id_of(500), add);
    EXPECT_EQ(issuers, (std::vector<std::string>{"fp-a", "fp-b"}));
}

}  // namespace
}  // namespace msh::keystore
