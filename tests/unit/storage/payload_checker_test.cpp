// Payloads in places that the user names, or that the keystore knows: whole, in part, damaged, or too large to tell.
#include "storage/payload_checker.hpp"

#include "ipfs/block_store.hpp"
#include "ipfs/unixfs.hpp"
#include "unit/ipfs/memory_source.hpp"
#include "unit/storage/put_support.hpp"

namespace msh::storage {
namespace {

namespace fs = std::filesystem;

class PayloadCheckerTest : public PutTest {
  protected:
    // A payload of several blocks in a store.
    ipfs::Cid store_payload(const fs::path& to) {
        ipfs::BlockStore blocks(to, ipfs::BlockStore::Access::write);
        ipfs::FileBuilder builder(
            ipfs::unixfs_v1_2025, [&](const ipfs::Cid& name, ByteView bytes) { blocks.put(name, bytes); }, 1);
        builder.push(payload);
        const ipfs::Cid root = builder.finish();
        blocks.sync();
        return root;
    }
    [[nodiscard]] record::Object object_of(const ipfs::Cid& root) {
        record::Object object = add_object();
        object.payload.cid = root.text();
        object.payload.size = payload.size();
        return object;
    }
    [[nodiscard]] static fs::path file_of(const fs::path& folder_of_store, const Bytes& bytes) {
        return folder_of_store / ipfs::block_path(ipfs::Cid::of(ipfs::Codec::raw, bytes));
    }
    [[nodiscard]] static std::string state(PayloadChecker& checker, const record::Object& object) {
        const record::Object* const one = &object;
        return checker.check({&one, 1}).front();
    }

    const Bytes payload = ipfs::test::random_bytes(ipfs::unixfs_v1_2025.leaf_size + 1000, 1);
    const Bytes last_block{payload.end() - 1000, payload.end()};
    const fs::path store = folder.path() / "store";
};

TEST_F(PayloadCheckerTest, EveryBlockIsReadAndVerified) {
    const ipfs::Cid root = store_payload(store);
    const record::Object object = object_of(root);
    PayloadChecker checker({.from = {store.string()}}, home, nullptr, program);
    EXPECT_EQ(state(checker, object), "whole");
    EXPECT_TRUE(checker.notes().empty());
    record::Object other = object;
    other.payload.size += 1;
    EXPECT_EQ(state(checker, other), "malformed");
    other.payload.cid = "bafk";
    EXPECT_EQ(state(checker, other), "no-cid");
    other.payload.cid.reset();
    EXPECT_EQ(state(checker, other), "no-cid");
    // A part of it is damaged; then gone, which is told with the places.
    std::ofstream(file_of(store, last_block)) << "other bytes";
    EXPECT_EQ(state(checker, object), "damaged");
    EXPECT_TRUE(checker.notes().empty());
    fs::remove(file_of(store, last_block));
    EXPECT_EQ(state(checker, object), "absent");
    EXPECT_EQ(checker.notes(), std::vector<std::string>{"blocks were looked for in '" + store.string() + "'"});
    // One good copy is enough.
    (void)store_payload(folder.path() / "copy");
    PayloadChecker both({.from = {store.string(), (folder.path() / "copy").string()}}, home, nullptr, program);
    EXPECT_EQ(state(both, object), "whole");
    EXPECT_TRUE(program.messages.empty());
    EXPECT_THROW(PayloadChecker({.from = {(folder.path() / "none").string()}}, home, nullptr, program), Error);
}

// What has more blocks than are checked may be whole or not: nobody can tell.
TEST_F(PayloadCheckerTest, AtTheBoundNobodyCanTell) {
    ipfs::test::MemorySource source;
    const ipfs::Layout& layout = ipfs::unixfs_v1_2025;
    const ipfs::PayloadRef whole{source.add_file(payload, layout), payload.size()};
    const ipfs::BlockSources sources{&source};
    ipfs::SequentialFinder finder(sources, 1, {});
    EXPECT_EQ(state_of(ipfs::check_payload(whole, finder, layout, 10)), "whole");
    EXPECT_EQ(state_of(ipfs::check_payload(whole, finder, layout, 1)), "unknown");
    // What was seen to be wrong before is said.
    ipfs::PayloadCheck check;
    check.is_too_large = true;
    EXPECT_EQ(state_of(check), "unknown");
    check.absent = 1;
    EXPECT_EQ(state_of(check), "absent");
    check.damaged = 1;
    EXPECT_EQ(state_of(check), "damaged");
}

TEST_F(PayloadCheckerTest, WithoutPlacesTheKeystoreSaysWhereToLook) {
    record::Object object = object_of(cid);
    object.payload.size = block.size();
    PayloadChecker checker({}, home, keystore.get(), program);
    EXPECT_EQ(state(checker, object), "absent");
    EXPECT_EQ(checker.notes(), std::vector<std::string>{"nowhere to look for blocks: give a place with --from"});
    // The own store is used as soon as it is there, and a store as soon as the keystore notes it for a payload.
    const ipfs::Cid root = store_payload(store);
    const record::Object kept = object_of(root);
    EXPECT_EQ(state(checker, kept), "absent");
    const keystore::StoredPayload stored{record::name_of(kept), root.text()};
    keystore::Targets(*keystore).mark("store:" + store.string(), {&stored, 1});
    keystore::Targets(*keystore).mark("pin-service:https://pins.example", {&stored, 1});
    EXPECT_EQ(state(checker, kept), "whole");
    (void)store_payload(home.store());
    fs::remove(file_of(store, last_block));
    EXPECT_EQ(state(checker, kept), "whole");
    EXPECT_EQ(
        checker.notes(),
        (std::vector<std::string>{"blocks were looked for in '" + store.string() + "', '" + home.store().string() + "'",
                                  "not in pins.example, which does not serve blocks: give a gateway with --from"}));
}

}  // namespace
}  // namespace msh::storage
