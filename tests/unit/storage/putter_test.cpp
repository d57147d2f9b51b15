#include "storage/putter.hpp"

#include <filesystem>
#include <gtest/gtest.h>

#include "ipfs/block_store.hpp"
#include "unit/storage/put_support.hpp"

namespace msh::storage {
namespace {

namespace fs = std::filesystem;

class PutterTest : public PutTest {
  protected:
    Putter putter() { return {home, *places, keystore.get(), *targets, program}; }
    void put(Record& record) {
        Request request = record.request();
        putter().put({&request, 1});
        error = request.error;
    }
    std::optional<Error> error;
};

struct Killed {};

TEST_F(PutterTest, AfterAKillAtTheCommitTheNextRunStoresThePayload) {
    FakeTarget& one = add_target("one");
    open();
    const record::Object object = add_object();
    one.at_commit = [] { throw Killed(); };
    Record first(object);
    EXPECT_THROW(put(first), Killed);
    EXPECT_TRUE(has_file(object));
    EXPECT_EQ(known(object).payload.path, object.payload.path);
    one.at_commit = {};
    Record second(object);
    put(second);
    EXPECT_FALSE(error);
    EXPECT_TRUE(one.durable.contains(cid));
    EXPECT_FALSE(has_file(object));
}

TEST_F(PutterTest, AfterAKillBeforeItsRecordLeftTheNextRunGivesItTheCid) {
    FakeTarget& one = add_target("one");
    open();
    const record::Object object = add_object();
    Record first(object);
    put(first);
    EXPECT_FALSE(has_file(object));
    Record second(object);
    put(second);
    EXPECT_FALSE(error);
    EXPECT_EQ(second.line.text(), first.line.text());
    EXPECT_EQ(one.modes.size(), 1U);
}

TEST_F(PutterTest, AFileThatAnotherRunHasStoredMeanwhileIsNotMissed) {
    FakeTarget& one = add_target("one");
    open();
    const record::Object object = add_object();
    Record record(object);
    Request request = record.request();
    Putter putter = this->putter();
    // The other run comes when this one has planned.
    one.at_store = [&] {
        one.put(cid, block);
        mark(object, one);
        fs::remove(*object.payload.path);
    };
    putter.put({&request, 1});
    EXPECT_FALSE(request.error);
    EXPECT_EQ(request.cid, cid);
    EXPECT_FALSE(record.line.has("payload.path"));
}

TEST_F(PutterTest, APayloadOfTheOwnStoreIsCopiedToATarget) {
    FakeTarget& one = add_target("one");
    open();
    const record::Object object = add_object();
    ipfs::BlockStore store(home.store(), ipfs::BlockStore::Access::write);
    store.put(cid, block);
    store.sync();
    fs::remove(*object.payload.path);
    Record record(object);
    record.object.payload.cid = cid.text();
    put(record);
    EXPECT_FALSE(error);
    EXPECT_TRUE(one.durable.contains(cid));
}

TEST_F(PutterTest, OneBadRecordDoesNotKeepTheOthers) {
    add_target("one");
    open();
    Record bad(add_object());
    Record good(add_object());
    fs::remove(*bad.object.payload.path);
    std::vector<Request> requests{bad.request(), good.request()};
    putter().put(requests);
    EXPECT_TRUE(requests[0].error);
    EXPECT_FALSE(requests[1].error);
    EXPECT_EQ(requests[1].cid, cid);
}

}  // namespace
}  // namespace msh::storage
