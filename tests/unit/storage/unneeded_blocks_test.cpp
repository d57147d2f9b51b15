#include "storage/unneeded_blocks.hpp"

#include <gtest/gtest.h>

#include "unit/storage/care_support.hpp"

namespace msh::storage {
namespace {

class UnneededBlocksTest : public CareTest {
  protected:
    void SetUp() override {
        CareTest::SetUp();
        store.put(other, other_block);
        store.sync();
    }
    UnneededBlocks::Result collect(UnneededBlocks::Then then) {
        return UnneededBlocks(store, name, *keystore, program, report).collect(then);
    }
    const Bytes other_block{1, 2, 3};
    const ipfs::Cid other = ipfs::Cid::of(ipfs::Codec::raw, other_block);
};

TEST_F(UnneededBlocksTest, WhatNoPayloadNeedsIsListedOrRemoved) {
    hold(add_object());
    const UnneededBlocks::Result listed = collect(UnneededBlocks::Then::list);
    EXPECT_EQ(listed.blocks, 1U);
    EXPECT_EQ(listed.bytes, other_block.size());
    EXPECT_EQ(report.states, (States{{other, "unneeded"}}));
    EXPECT_TRUE(store.has(other));
    report.states.clear();
    EXPECT_EQ(collect(UnneededBlocks::Then::remove).blocks, 1U);
    EXPECT_EQ(report.states, (States{{other, "removed"}}));
    EXPECT_FALSE(store.has(other));
    EXPECT_TRUE(store.has(cid));
}

TEST_F(UnneededBlocksTest, WithoutANodeThatTellsWhatIsNeededNothingIsRemoved) {
    const record::Object object = add_object();
    const ipfs::Cid node = ipfs::Cid::of(ipfs::Codec::dag_pb, Bytes{7});
    const keystore::StoredPayload stored{record::name_of(object), node.text()};
    keystore::Targets(*keystore).mark(name, {&stored, 1});
    EXPECT_THROW((void)collect(UnneededBlocks::Then::remove), Error);
    EXPECT_TRUE(store.has(other));
    EXPECT_TRUE(report.states.empty());
}

TEST_F(UnneededBlocksTest, WhileAnotherWritesNothingIsRemoved) {
    ipfs::BlockStore writer(home.store(), ipfs::BlockStore::Access::write);
    writer.put(cid, block);
    EXPECT_THROW((void)collect(UnneededBlocks::Then::remove), Error);
    EXPECT_TRUE(store.has(other));
}

}  // namespace
}  // namespace msh::storage
