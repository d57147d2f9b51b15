#include "storage/getter.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <gtest/gtest.h>

#include "ipfs/block_store.hpp"
#include "unit/storage/get_support.hpp"

namespace msh::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t large = (std::size_t{3} << 20) - 1;  // three leaves below a node
const Bytes small_payload = ipfs::test::random_bytes(5000, 1);

class GetterTest : public GetTest {
  protected:
    // A run of its own over these records.
    void get(const std::vector<GetRecord*>& records, const std::optional<ByteRange>& range = {}) {
        Getter getter(home, *sources, range, program, [&](const record::Object&) { ++fetched; });
        get(getter, records);
    }
    void get(Getter& getter, const std::vector<GetRecord*>& records) {
        std::vector<FetchRequest> requests;
        for (GetRecord* const record : records)
            requests.push_back(record->request());
        getter.get(requests);
        errors.clear();
        only_counted = 0;
        for (const FetchRequest& request : requests) {
            errors.push_back(request.error);
            only_counted += request.is_only_counted ? 1 : 0;
        }
        may_go_better = getter.may_go_better();
        was_refused = getter.was_refused();
    }
    [[nodiscard]] std::size_t unfinished() const {
        std::size_t count = 0;
        for (const auto& entry : fs::recursive_directory_iterator(home.fetched()))
            count += entry.path().extension() == ".unfinished" ? 1 : 0;
        return count;
    }

    std::vector<std::optional<Error>> errors;
    int only_counted = 0;
    bool may_go_better = false;
    bool was_refused = false;
    std::atomic<int> fetched{0};
};

TEST_F(GetterTest, RecordsOfOnePayloadShareTheFileOfTheFirst) {
    open_sources(1);
    std::atomic<int> questions{0};
    nodes[0]->at_question = [&](const ipfs::Cid&) { ++questions; };
    GetRecord first = add(id, small_payload);
    GetRecord second = add(id, small_payload);
    get({&first, &second});
    EXPECT_FALSE(errors[0] || errors[1]);
    EXPECT_EQ(questions, 1);
    EXPECT_EQ(first.path(), second.path());
    EXPECT_EQ(read(first.path()), small_payload);
    EXPECT_EQ(fetched, 2);
    EXPECT_EQ(unfinished(), 0U);
}

TEST_F(GetterTest, AnotherPayloadOfTheObjectLiesInAnotherFolder) {
    open_sources(1);
    const Bytes other = make_payload(6000, 2);
    GetRecord first = add(id, small_payload);
    GetRecord second = add(id, other);
    GetRecord third = add(other_id, small_payload);
    get({&first, &second, &third});
    EXPECT_NE(first.path().parent_path(), second.path().parent_path());
    EXPECT_EQ(first.path().parent_path(), third.path().parent_path());
    EXPECT_EQ(read(first.path()), small_payload);
    EXPECT_EQ(read(second.path()), other);
}

TEST_F(GetterTest, ALaterBatchDoesNotReplaceWhatAnEarlierOneFetched) {
    open_sources(1);
    GetRecord first = add(id, small_payload);
    GetRecord second = add(id, make_payload(6000, 2));
    Getter getter(home, *sources, {}, program, [](const record::Object&) {});
    get(getter, {&first});
    get(getter, {&second});
    EXPECT_FALSE(errors[0]);
    EXPECT_NE(first.path(), second.path());
    EXPECT_EQ(read(first.path()), small_payload);
}

TEST_F(GetterTest, ARecordWithoutACidFailsAlone) {
    open_sources(1);
    GetRecord bad = add(id, small_payload);
    bad.object.payload.cid.reset();
    GetRecord good = add(other_id, small_payload);
    get({&bad, &good});
    ASSERT_TRUE(errors[0]);
    EXPECT_STREQ(errors[0]->what(), "'payload.cid' is missing");
    EXPECT_FALSE(errors[1]);
    EXPECT_FALSE(may_go_better || was_refused);
}

TEST_F(GetterTest, WhatARunThatWasBrokenOffHasOfAPayloadIsNotAskedForAgain) {
    const Bytes payload = make_payload(large, 1);
    GetRecord record = add(id, payload);
    const std::vector<ipfs::Cid> cids = blocks_of(record);
    ASSERT_EQ(cids.size(), 4U);
    open_sources(1);
    nodes[0]->at_question = [&](const ipfs::Cid& cid) {
        if (cid == cids[3]) throw denies;
    };
    get({&record});
    EXPECT_TRUE(errors[0]);
    EXPECT_EQ(unfinished(), 1U);
    open_sources(1);
    get({&record});
    EXPECT_FALSE(errors[0]);
    EXPECT_EQ(nodes[0]->asked(), (std::set<ipfs::Cid>{cids[0], cids[3]}));
    EXPECT_EQ(read(record.path()), payload);
    EXPECT_EQ(unfinished(), 0U);
}

TEST_F(GetterTest, WhatAFormerRunFetchedGetsOneMoreName) {
    GetRecord record = add(id, small_payload);
    open_sources(1);
    get({&record});
    const fs::path former = record.path();
    open_sources(1);
    get({&record});
    EXPECT_TRUE(nodes[0]->asked().empty());
    EXPECT_NE(record.path(), former);
    EXPECT_TRUE(fs::equivalent(record.path(), former));
}

TEST_F(GetterTest, AFormerFileWithOtherBytesIsNotTaken) {
    GetRecord record = add(id, small_payload);
    open_sources(1);
    get({&record});
    const fs::path former = record.path();
    write_file_atomically(former, make_payload(small_payload.size(), 2), 0600);
    open_sources(1);
    get({&record});
    EXPECT_EQ(nodes[0]->asked().size(), 1U);
    EXPECT_EQ(read(record.path()), small_payload);
    EXPECT_NE(read(former), small_payload);
}

TEST_F(GetterTest, HowASourceFailsSaysWhetherTryingAgainMayHelp) {
    GetRecord record = add(id, small_payload);
    open_sources(1);
    nodes[0]->at_question = fail(does_not_answer);
    get({&record});
    ASSERT_TRUE(errors[0]);
    EXPECT_STREQ(errors[0]->what(), does_not_answer.what());
    EXPECT_TRUE(may_go_better);
    EXPECT_FALSE(was_refused);

    open_sources(1);
    nodes[0]->at_question = fail(denies);
    get({&record});
    ASSERT_TRUE(errors[0]);
    EXPECT_EQ(errors[0]->hint(), denies.hint());
    EXPECT_FALSE(may_go_better);
    EXPECT_TRUE(was_refused);

    open_sources(1);
    nodes[0]->lacks.insert(blocks_of(record).front());
    get({&record});
    ASSERT_TRUE(errors[0]);
    EXPECT_EQ(errors[0]->kind(), ErrorKind::input);
    EXPECT_FALSE(may_go_better || was_refused);
}

TEST_F(GetterTest, WhatOneSourceDoesNotGiveAnotherDoes) {
    GetRecord record = add(id, make_payload(large, 1));
    open_sources(3);
    nodes[0]->at_question = fail(denies);
    nodes[1]->lacks.insert(blocks_of(record)[2]);
    get({&record});
    EXPECT_FALSE(errors[0]);
    EXPECT_FALSE(may_go_better || was_refused);
}

TEST_F(GetterTest, AnErrorThatIsNoSourcesEndsTheRun) {
    GetRecord record = add(id, small_payload);
    open_sources(1);
    nodes[0]->at_question = fail(Error(ErrorKind::failed, "no space left"));
    EXPECT_THROW(get({&record}), Error);
}

TEST_F(GetterTest, OnceNoSourceIsLeftOnlyTheFirstRecordTellsWhy) {
    std::vector<GetRecord> records;
    for (std::uint8_t i = 1; i <= 5; ++i)
        records.push_back(add(Id{i}, make_payload(100, i)));
    open_sources(1);
    nodes[0]->at_question = fail(denies);
    Getter getter(home, *sources, {}, program, [](const record::Object&) {});
    get(getter, {&records[0], &records[1], &records[2], &records[3], &records[4]});
    EXPECT_EQ(std::count_if(errors.begin(), errors.end(), [](const auto& error) { return error.has_value(); }), 1);
    EXPECT_EQ(only_counted, 4);
    program.messages.clear();
    getter.report_unfetched();
    EXPECT_EQ(program.messages, std::vector<std::string>{"error: 4 more records were not fetched: no source is left"});
}

TEST_F(GetterTest, ARangeNeedsTheLeavesThatHoldItAlone) {
    const Bytes payload = make_payload(large, 1);
    GetRecord record = add(id, payload);
    const std::vector<ipfs::Cid> cids = blocks_of(record);
    open_sources(1);
    const std::uint64_t begin = (std::uint64_t{2} << 20) + 200'000;
    get({&record}, ByteRange{begin, 10});
    EXPECT_FALSE(errors[0]);
    EXPECT_EQ(nodes[0]->asked(), (std::set<ipfs::Cid>{cids[0], cids[1], cids[3]}));  // the nonce is in the first leaf
    const Bytes got = read(record.path());
    ASSERT_EQ(got.size(), payload.size());
    EXPECT_TRUE(std::equal(payload.begin() + static_cast<std::ptrdiff_t>(begin), payload.end(),
                           got.begin() + static_cast<std::ptrdiff_t>(begin)));
    EXPECT_EQ(got[std::size_t{3} << 19], 0);  // a hole
    get({&record}, ByteRange{std::uint64_t{4} << 20, 10});
    ASSERT_TRUE(errors[0]);
    EXPECT_STREQ(errors[0]->what(), "the range begins after the end of the file");
}

TEST_F(GetterTest, APartOfAFormerRunIsNoWholePayload) {
    GetRecord record = add(id, make_payload(large, 1));
    open_sources(1);
    get({&record}, ByteRange{0, 10});
    open_sources(1);
    get({&record});
    EXPECT_EQ(nodes[0]->asked().size(), 4U);
    EXPECT_EQ(read(record.path()), make_payload(large, 1));
}

TEST_F(GetterTest, FromAStoreAPayloadOfOneBlockIsLinked) {
    GetRecord record = add(id, small_payload);
    ipfs::BlockStore store(home.store(), ipfs::BlockStore::Access::write);
    store.put(blocks_of(record).front(), small_payload);
    store.sync();
    open_sources(0, {home.store().string()});
    EXPECT_EQ(sources->fetcher(), nullptr);
    get({&record});
    EXPECT_FALSE(errors[0]);
    EXPECT_EQ(read(record.path()), small_payload);
    EXPECT_EQ(fs::hard_link_count(record.path()), 2U);
}

TEST_F(GetterTest, ASignalEndsTheRun) {
    GetRecord record = add(id, small_payload);
    open_sources(1);
    program.signalled = true;
    EXPECT_THROW(get({&record}), FakeProgram::Stopped);
}

}  // namespace
}  // namespace msh::storage
