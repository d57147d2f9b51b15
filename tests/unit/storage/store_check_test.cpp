#include "storage/store_check.hpp"

#include <gtest/gtest.h>
#include <map>

#include "ipfs/block_finder.hpp"
#include "ipfs/block_store.hpp"
#include "unit/storage/care_support.hpp"

namespace msh::storage {
namespace {

class StoreCheckTest : public CareTest {
  protected:
    StoreCheck check() { return {store, name, keystore.get(), program, report}; }
};

TEST_F(StoreCheckTest, AWholeStoreHasNothingToTell) {
    hold(add_object());
    const StoreCheck::Result result = check().run();
    EXPECT_EQ(result.blocks, 1U);
    EXPECT_EQ(result.bad, 0U);
    EXPECT_TRUE(report.states.empty());
    EXPECT_EQ(report.bytes, text.size());
}

TEST_F(StoreCheckTest, ADamagedBlockIsToldOnceAndAnAbsentOneIsTheKeystoresToKnow) {
    hold(add_object());
    damage(cid);
    EXPECT_EQ(check().run().bad, 1U);
    EXPECT_EQ(report.states, (States{{cid, "damaged"}}));
    report.states.clear();
    ASSERT_TRUE(store.remove(cid));
    EXPECT_EQ(check().run().bad, 1U);
    EXPECT_EQ(report.states, (States{{cid, "absent"}}));
    report.states.clear();
    keystore.reset();
    EXPECT_EQ(check().run().bad, 0U);
    EXPECT_TRUE(report.states.empty());
}

TEST_F(StoreCheckTest, ARepairFetchesWhatIsBad) {
    FakeTarget other("other");
    other.put(cid, block);
    const ipfs::BlockSources sources{other.source()};
    ipfs::SequentialFinder finder(sources, 1);
    hold(add_object());
    damage(cid);
    const StoreCheck::Result result = check().repair(finder);
    EXPECT_EQ(result.repaired, 1U);
    EXPECT_EQ(result.bad, 0U);
    EXPECT_EQ(report.states, (States{{cid, "repaired"}}));
    EXPECT_TRUE(store.is_whole(cid));
}

TEST_F(StoreCheckTest, ASourceThatFailsIsToldOnceAndTheBlockStaysBad) {
    FakeTarget other("other");
    other.failure = Error(ErrorKind::again, "does not answer");
    const ipfs::BlockSources sources{other.source()};
    ipfs::SequentialFinder finder(sources, 1);
    hold(add_object());
    damage(cid);
    const Bytes another{1, 2, 3};
    const ipfs::Cid second = ipfs::Cid::of(ipfs::Codec::raw, another);
    store.put(second, another);
    store.sync();
    damage(second);
    const StoreCheck::Result result = check().repair(finder);
    EXPECT_EQ(result.bad, 2U);
    EXPECT_TRUE(result.may_go_better);
    EXPECT_FALSE(result.was_refused);
    EXPECT_EQ(program.messages, std::vector<std::string>{"error: does not answer"});
}

}  // namespace
}  // namespace msh::storage
