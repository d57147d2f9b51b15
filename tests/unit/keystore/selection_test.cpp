#include "keystore/selection.hpp"

#include <algorithm>
#include <map>

#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

class SelectionTest : public OwnStudyTest {
  protected:
    using Ids = std::vector<Id>;

    // The objects by study, each study met once.
    std::map<Id, Ids> read(Selection& selection) {
        std::map<Id, Ids> found;
        for (auto study = selection.first(); study; study = selection.after(*study)) {
            EXPECT_FALSE(found.contains(study->name.study));
            Ids& ids = found[study->name.study];
            selection.for_each(*study, [&](const record::Object& object) {
                EXPECT_EQ(object.study, study->name.study);
                EXPECT_EQ(object.epoch, study->name.epoch);
                ids.push_back(object.id);
            });
        }
        return found;
    }
};

TEST_F(SelectionTest, IsEmptyAtFirst) {
    commit(*keystore, own, 1, 3);
    Selection selection(*keystore);
    EXPECT_EQ(selection.size(), 0U);
    EXPECT_FALSE(selection.first());
    EXPECT_FALSE(selection.add(99));
    EXPECT_EQ(selection.size(), 0U);
}

TEST_F(SelectionTest, GivesWhatWasAddedOnceAndByStudy) {
    const StudyForWriting other = study(*keystore, 2);
    commit(*keystore, own, 1, 200);
    commit(*keystore, other, 201, 100);
    Selection selection(*keystore);
    for (std::uint64_t number = 300; number > 0; number -= 3) {
        EXPECT_TRUE(selection.add(number_of(*keystore, object_of(number, number <= 200 ? own : other))));
        EXPECT_TRUE(selection.add(number_of(*keystore, object_of(number, number <= 200 ? own : other))));
    }
    EXPECT_EQ(selection.size(), 100U);
    const auto found = read(selection);
    ASSERT_EQ(found.size(), 2U);
    Ids of_own;
    Ids of_other;
    for (std::uint64_t number = 3; number <= 300; number += 3)
        (number <= 200 ? of_own : of_other).push_back(id_of(number));
    EXPECT_EQ(found.at(own.study), of_own);
    EXPECT_EQ(found.at(other.study), of_other);
}

TEST_F(SelectionTest, ANewOneBeginsEmpty) {
    commit(*keystore, own, 1, 3);
    {
        Selection selection(*keystore);
        EXPECT_TRUE(selection.add(number_of(*keystore, object_of(1, own))));
    }
    EXPECT_EQ(Selection(*keystore).size(), 0U);
}

TEST_F(SelectionTest, IsThisConnectionsAlone) {
    commit(*keystore, own, 1, 3);
    Selection selection(*keystore);
    EXPECT_TRUE(selection.add(number_of(*keystore, object_of(1, own))));
    Unlocked other(path(), master);
    EXPECT_EQ(Selection(other).size(), 0U);
    commit(other, own, 4, 1);  // nothing is locked
    EXPECT_EQ(selection.size(), 1U);
}

// To whom both are granted they come from one issuer, and he could have only one of them.
TEST_F(SelectionTest, KnowsWhetherItHasTheObjectFromAnotherIssuer) {
    const StudyForWriting theirs = receive(*keystore, id_of(500), 9);
    (void)receive(*keystore, id_of(500), 9, 1, "fp-m");
    (void)receive(*keystore, id_of(500), 10);
    record::Object record = object_of(1, theirs);
    record.sealed.reset();
    const std::int64_t genuine = Objects(*keystore).receive(record, name_of(theirs));
    ++record.payload.size;
    const std::int64_t forged = Objects(*keystore).receive(record, name_of(theirs, "fp-m"));
    record.id = id_of(2);
    const std::int64_t added_by_m = Objects(*keystore).receive(record, name_of(theirs, "fp-m"));
    record.id = id_of(1);
    record.kc = digest_of(5);
    StudyForWriting other = theirs;
    other.study_secret = key_of(10);
    const std::int64_t of_other_secret = Objects(*keystore).receive(record, name_of(other));
    Selection selection(*keystore);
    EXPECT_FALSE(selection.has_other_of_its_name(genuine));
    EXPECT_FALSE(selection.has_other_of_its_study(genuine));
    EXPECT_TRUE(selection.add(genuine));
    EXPECT_FALSE(selection.has_other_of_its_study(genuine));
    EXPECT_FALSE(selection.has_other_of_its_study(of_other_secret));
    EXPECT_FALSE(selection.has_other_of_its_name(added_by_m));
    EXPECT_TRUE(selection.has_other_of_its_study(added_by_m));
    EXPECT_FALSE(selection.has_other_of_its_name(genuine));
    EXPECT_FALSE(selection.has_other_of_its_name(of_other_secret));
    EXPECT_TRUE(selection.has_other_of_its_name(forged));
    EXPECT_EQ(selection.first()->name, name_of(theirs));
    Selection another(*keystore);
    EXPECT_TRUE(another.add(forged));
    EXPECT_EQ(another.first()->name, name_of(theirs, "fp-m"));
}

}  // namespace
}  // namespace msh::keystore::test
