#include "storage/fetch_folders.hpp"

#include <deque>
#include <gtest/gtest.h>

#include "unit/storage/get_support.hpp"

namespace msh::storage {
namespace {

class FetchFoldersTest : public GetTest {
  protected:
    std::vector<FetchRequest> requests_of(std::deque<GetRecord>& records) {
        std::vector<FetchRequest> requests;
        for (GetRecord& record : records)
            requests.push_back(record.request());
        return requests;
    }
};

TEST_F(FetchFoldersTest, AGroupHasTheRecordsOfOneObjectThatNameOnePayload) {
    std::deque<GetRecord> records;
    records.push_back(add(id, make_payload(10, 1)));
    records.push_back(add(other_id, make_payload(10, 1)));
    records.push_back(add(id, make_payload(10, 2)));
    records.push_back(add(id, make_payload(10, 1)));
    std::vector<FetchRequest> requests = requests_of(records);
    FetchFolders folders(home.fetched());
    const std::vector<PayloadGroup> groups = folders.group(requests);
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[0].requests, (std::vector<FetchRequest*>{&requests[0], &requests[3]}));
    EXPECT_EQ(groups[1].requests, std::vector<FetchRequest*>{&requests[1]});
    EXPECT_EQ(groups[1].object(), other_id);
    EXPECT_EQ(groups[0].folder, groups[1].folder);
    EXPECT_NE(groups[0].folder, groups[2].folder);
}

TEST_F(FetchFoldersTest, OfTooManyPayloadsOfAnObjectTheLastFailAsOftenAsTheyCome) {
    std::deque<GetRecord> records;
    for (unsigned seed = 1; seed <= 65; ++seed)
        records.push_back(add(id, make_payload(10, seed)));
    records.push_back(add(id, make_payload(10, 65)));
    records.push_back(add(other_id, make_payload(10, 65)));
    std::vector<FetchRequest> requests = requests_of(records);
    FetchFolders folders(home.fetched());
    const std::vector<PayloadGroup> groups = folders.group(requests);
    EXPECT_EQ(groups.size(), 65U);
    EXPECT_FALSE(requests[63].error);
    ASSERT_TRUE(requests[64].error);
    EXPECT_STREQ(requests[64].error->what(), "the object has too many payloads for one run");
    EXPECT_TRUE(requests[65].error);
    EXPECT_FALSE(requests[66].error);
    EXPECT_EQ(groups[64].requests, std::vector<FetchRequest*>{&requests[66]});
}

}  // namespace
}  // namespace msh::storage
