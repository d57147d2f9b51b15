// What the indexer adds is found, in the buffer and in segments, and what is damaged is told.
#include "search/finder.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <vector>

#include "search/indexer.hpp"
#include "search/query.hpp"
#include "unit/search/keystore_support.hpp"

namespace msh::search {
namespace {

class FinderTest : public KeystoreTest {
  protected:
    Id index_new(Indexer& indexer) {
        const Id id = add_object();
        const auto record = keystore::Objects(*keystore).get(id).value();
        EXPECT_EQ(indexer.add(record).id, id);
        return record.study;
    }

    [[nodiscard]] Found find(const std::vector<std::string>& keys, const StudyFilter& filter = {}) {
        return Finder(home, *keystore, filter).find(make_query(keys).terms);
    }
};

TEST_F(FinderTest, InTheBufferAndInSegmentsEachStudyOnce) {
    Indexer indexer(home, *keystore);
    const std::vector<Id> study{index_new(indexer)};
    EXPECT_EQ(find({"PatientID=4711"}).studies, study);
    indexer.flush();
    EXPECT_EQ(find({"PatientID=4711"}).studies, study);
    EXPECT_EQ(index_new(indexer), study[0]);
    EXPECT_EQ(find({"PatientID=4711", "PatientName=Doe"}).studies, study);
    EXPECT_EQ(find({"PatientID=PSEUDONYM"}).studies, study);
    EXPECT_TRUE(find({"PatientID=4711", "PatientName=Miller"}).studies.empty());
}

TEST_F(FinderTest, Filters) {
    Indexer indexer(home, *keystore);
    const std::vector<Id> study{index_new(indexer)};
    EXPECT_EQ(find({"PatientID=4711"}, {"default", "basic"}).studies, study);
    EXPECT_TRUE(find({"PatientID=4711"}, {"other", std::nullopt}).studies.empty());
    EXPECT_TRUE(find({"PatientID=4711"}, {std::nullopt, "identified"}).studies.empty());
}

TEST_F(FinderTest, ADamagedSegmentIsAnErrorAndTheBufferIsSearchedAllTheSame) {
    Indexer indexer(home, *keystore);
    (void)index_new(indexer);
    indexer.flush();
    for (const auto& file : std::filesystem::directory_iterator(home.index())) {
        if (file.path().extension() == ".segment") std::filesystem::resize_file(file.path(), 100);
    }
    EXPECT_EQ(find({"PatientID=4711"}).errors.size(), 1U);
    EXPECT_TRUE(find({"PatientID=4711"}).studies.empty());
    const std::vector<Id> study{index_new(indexer)};
    EXPECT_EQ(find({"PatientID=4711"}).errors.size(), 1U);
    EXPECT_EQ(find({"PatientID=4711"}).studies, study);
}

TEST_F(FinderTest, CountsTheObjectsWhoseSealedBoxesDoNotOpen) {
    Indexer indexer(home, *keystore);
    (void)index_new(indexer);
    EXPECT_EQ(find({"PatientID=4711"}).unopened, 0U);
    // As when its segment was lost, and it waits to be indexed again.
    const keystore::Document waiting{add_object(false), {}};
    (void)keystore::IndexState(*keystore).buffer({&waiting, 1});
    const Found found = find({"PatientID=4711"});
    EXPECT_EQ(found.unopened, 1U);
    EXPECT_EQ(found.studies.size(), 1U);
}

TEST_F(FinderTest, WhatCannotBeIndexed) {
    Indexer indexer(home, *keystore);
    auto record = keystore::Objects(*keystore).get(add_object()).value();
    record.sealed.reset();
    EXPECT_THROW((void)indexer.add(record), Error);
    auto stranger = keystore::Objects(*keystore).get(add_object()).value();
    stranger.id = crypto::random_id();
    EXPECT_THROW((void)indexer.add(stranger), Error);
    auto damaged = keystore::Objects(*keystore).get(add_object(false)).value();
    EXPECT_THROW((void)indexer.add(damaged), Error);
    EXPECT_EQ(keystore::IndexState(*keystore).buffered(), 0U);
}

}  // namespace
}  // namespace msh::search
