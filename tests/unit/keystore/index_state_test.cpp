#include "keystore/index_state.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

using State = Indexed::State;

class IndexStateTest : public KeystoreTest {
  protected:
    static std::vector<Document> documents(const std::vector<Id>& ids, const Bytes& terms) {
        std::vector<Document> all;
        for (const Id& id : ids)
            all.push_back({id, terms});
        return all;
    }
};

TEST_F(IndexStateTest, SecretsByName) {
    Unlocked keystore(path(), master);
    IndexState index(keystore);
    EXPECT_FALSE(index.get("epoch/1"));
    index.put("epoch/1", as_bytes("first"));
    index.put("segment", as_bytes(""));
    index.put("epoch/1", as_bytes("the later key"));
    EXPECT_EQ(as_text(*index.get("epoch/1")), "the later key");
    EXPECT_TRUE(index.get("segment")->empty());
    EXPECT_EQ(index.names(), (std::vector<std::string>{"epoch/1", "segment"}));
    index.remove("segment");
    EXPECT_EQ(index.names().size(), 1u);
    const ByteView key = as_bytes("the later key");
    const Bytes needle(key.begin(), key.end());
    EXPECT_EQ(count_in_raw_files(path(), std::span(&needle, 1)), 0u);
}

TEST_F(IndexStateTest, FromTheBufferIntoASegment) {
    Unlocked keystore(path(), master);
    commit(keystore, study(keystore), 1, 200);
    IndexState index(keystore);
    std::vector<Id> ids;
    for (std::uint64_t i = 1; i <= 200; ++i)
        ids.push_back(id_of(i));
    const Bytes terms(300, 42);
    EXPECT_EQ(index.state(ids[0]).state, State::none);
    EXPECT_EQ(index.buffer(documents(ids, terms)), 200u);
    EXPECT_EQ(index.buffer(documents(ids, terms)), 0u);
    EXPECT_EQ(index.buffered(), 200u);
    EXPECT_EQ(index.state(ids[0]).state, State::buffered);
    EXPECT_EQ(kind_of_error([&] { (void)index.buffer(documents({id_of(999)}, terms)); }), ErrorKind::input);

    std::vector<Id> listed;
    index.for_each_buffered([&](const Id& id, const SecretBytes& found) {
        listed.push_back(id);
        EXPECT_TRUE(std::equal(found.begin(), found.end(), terms.begin(), terms.end()));
    });
    EXPECT_EQ(listed, ids);

    const std::vector<Id> first(ids.begin(), ids.begin() + 150);
    EXPECT_FALSE(index.move_to_segment(std::vector<Id>{ids[0], id_of(999)}, digest_of(9)));  // one is gone
    EXPECT_EQ(index.buffered(), 200u);
    EXPECT_TRUE(index.segments().empty());
    EXPECT_TRUE(index.move_to_segment(first, digest_of(1)));
    EXPECT_EQ(index.buffered(), 50u);
    EXPECT_EQ(index.state(ids[0]).state, State::in_segment);
    EXPECT_EQ(index.state(ids[0]).segment, digest_of(1));
    EXPECT_EQ(index.state(ids[150]).state, State::buffered);
    EXPECT_EQ(index.buffer(documents(first, terms)), 0u);

    index.remove_buffered(std::span(ids).subspan(190));
    EXPECT_EQ(index.buffered(), 40u);
    EXPECT_TRUE(index.move_to_segment(std::span(ids).subspan(150, 40), digest_of(2)));
    EXPECT_EQ(index.segments(), (std::vector<Digest>{digest_of(1), digest_of(2)}));
    index.replace_segments(index.segments(), digest_of(3));
    EXPECT_EQ(index.segments(), std::vector<Digest>{digest_of(3)});
    EXPECT_EQ(index.state(ids[0]).segment, digest_of(3));
    EXPECT_EQ(index.state(ids[160]).segment, digest_of(3));
    EXPECT_EQ(index.state(ids[195]).state, State::none);
    index.replace_segments(index.segments(), std::nullopt);
    EXPECT_EQ(index.state(ids[0]).state, State::none);
    EXPECT_TRUE(index.segments().empty());
}

TEST_F(IndexStateTest, ComposesWithTheCallersTransaction) {
    Unlocked keystore(path(), master);
    commit(keystore, study(keystore), 1, 2);
    IndexState index(keystore);
    {
        Transaction transaction(keystore);
        EXPECT_EQ(index.buffer(documents({id_of(1)}, Bytes(10, 1))), 1u);
        index.put("key", as_bytes("value"));
        EXPECT_TRUE(index.move_to_segment(std::vector<Id>{id_of(2)}, digest_of(1)));
    }
    EXPECT_EQ(index.buffered(), 0u);
    EXPECT_FALSE(index.get("key"));
    EXPECT_TRUE(index.segments().empty());
}

}  // namespace
}  // namespace msh::keystore::test
