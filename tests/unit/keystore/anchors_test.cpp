#include "keystore/anchors.hpp"

#include <set>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "keystore/heads.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

class AnchorsTest : public KeystoreTest {
  protected:
    // Leaf data that depends on the salt alone, so that it can be computed again.
    static Digest leaf_data(std::size_t /*position*/, const Digest& salt) { return crypto::sha256(salt); }
};

TEST_F(AnchorsTest, EachThingHasOneLeaf) {
    Unlocked keystore(path(), master);
    commit(keystore, study(keystore), 1, 3);
    Anchors anchors(keystore);
    const Id objects[] = {id_of(1), id_of(2), id_of(3)};
    const Digest grant = digest_of(1);
    const std::vector<LogSubject> subjects = {
        {"object", objects[0]}, {"grant", grant}, {"object", objects[1]}, {"object", objects[0]}, {"manifest", grant}};
    const auto assigned = anchors.assign(subjects, leaf_data);
    const std::uint64_t indexes[] = {0, 1, 2, 0, 3};
    std::set<Digest> salts;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        EXPECT_EQ(assigned[i].anchor.index, indexes[i]) << i;
        EXPECT_EQ(assigned[i].anchor.origin, own_origin);
        EXPECT_EQ(assigned[i].fresh, i != 3);
        salts.insert(assigned[i].anchor.salt);
        EXPECT_EQ(anchors.find(subjects[i]), assigned[i].anchor);
    }
    EXPECT_EQ(salts.size(), 4u);
    EXPECT_EQ(anchors.size(), 4u);
    EXPECT_EQ(Objects(keystore).get(objects[0])->anchor, assigned[0].anchor);
    EXPECT_FALSE(Objects(keystore).get(objects[2])->anchor);
    EXPECT_FALSE(anchors.find({"object", objects[2]}));

    const auto again = anchors.assign(subjects, leaf_data);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        EXPECT_FALSE(again[i].fresh);
        EXPECT_EQ(again[i].anchor, assigned[i].anchor);
    }
    EXPECT_EQ(anchors.size(), 4u);

    const auto leaves = anchors.leaves(0, 100);
    ASSERT_EQ(leaves.size(), 4u);
    EXPECT_EQ(leaves[2], leaf_data(0, assigned[2].anchor.salt));
    EXPECT_EQ(anchors.leaves(3, 1), std::vector<Digest>{leaves[3]});
    EXPECT_TRUE(anchors.leaves(4, 10).empty());
    EXPECT_TRUE(anchors.leaves(50, 10).empty());
}

TEST_F(AnchorsTest, AnObjectThatIsNotKnownHasNone) {
    Unlocked keystore(path(), master);
    const Id id = id_of(99);
    const LogSubject subject{"object", id};
    EXPECT_EQ(kind_of_error([&] { (void)Anchors(keystore).assign(std::span(&subject, 1), leaf_data); }),
              ErrorKind::input);
    EXPECT_FALSE(Anchors(keystore).find(subject));
    EXPECT_EQ(Anchors(keystore).size(), 0u);
}

TEST_F(AnchorsTest, AnAnchorElsewhereIsKept) {
    Unlocked keystore(path(), master);
    NewObject object = new_object_of(1, study(keystore));
    object.record.anchor = record::Anchor{"elsewhere.example/log", 12, digest_of(4), std::nullopt};
    ASSERT_EQ(Objects(keystore).commit_new(std::span(&object, 1)).front().outcome, Committed::Outcome::stored);
    const LogSubject subject{"object", object.record.id};
    const auto assigned = Anchors(keystore).assign(std::span(&subject, 1), leaf_data);
    EXPECT_FALSE(assigned[0].fresh);
    EXPECT_EQ(assigned[0].anchor, *object.record.anchor);
    EXPECT_EQ(Anchors(keystore).size(), 0u);
}

TEST_F(AnchorsTest, WhatFailsAssignsNothing) {
    Unlocked keystore(path(), master);
    const Digest refs[] = {digest_of(1), digest_of(2)};
    const LogSubject subjects[] = {{"grant", refs[0]}, {"grant", refs[1]}};
    EXPECT_EQ(kind_of_error([&] {
                  (void)Anchors(keystore).assign(subjects, [](std::size_t i, const Digest& salt) {
                      if (i == 1) throw Error(ErrorKind::input, "no leaf for this");
                      return salt;
                  });
              }),
              ErrorKind::input);
    EXPECT_EQ(Anchors(keystore).size(), 0u);
    EXPECT_FALSE(Anchors(keystore).find(subjects[0]));
}

TEST_F(AnchorsTest, ARestoredKeystoreGoesOnBehindTheLog) {
    Unlocked keystore(path(), master);
    Anchors anchors(keystore);
    const Digest refs[] = {digest_of(1), digest_of(2)};
    const LogSubject first{"grant", refs[0]};
    const LogSubject second{"grant", refs[1]};
    (void)anchors.assign(std::span(&first, 1), leaf_data);
    anchors.continue_after(1, 10);
    EXPECT_EQ(anchors.size(), 10u);
    EXPECT_EQ(anchors.assign(std::span(&second, 1), leaf_data)[0].anchor.index, 10u);
    EXPECT_EQ(anchors.leaves(10, 5).size(), 1u);
    EXPECT_EQ(kind_of_error([&] { (void)anchors.leaves(0, 5); }), ErrorKind::failed);

    // A record from before the restore still knows its lost anchor.
    const StudyForWriting own = study(keystore);
    commit(keystore, own, 1, 1);
    record::Object outside = object_of(1, own);
    outside.anchor = record::Anchor{std::string(own_origin), 5, digest_of(6), std::nullopt};
    EXPECT_FALSE(Objects(keystore).merge(outside)->anchor);
    EXPECT_EQ(Objects(keystore).merge(outside, Backing::leaf)->anchor, outside.anchor);
    const Id id = id_of(1);
    const LogSubject object{"object", id};
    EXPECT_FALSE(anchors.assign(std::span(&object, 1), leaf_data)[0].fresh);
}

TEST_F(AnchorsTest, WhatWasAssignedWhereOthersStandHasNoPlaceAnyMore) {
    Unlocked keystore(path(), master);
    Anchors anchors(keystore);
    commit(keystore, study(keystore), 1, 2);
    const Id ids[] = {id_of(1), id_of(2)};
    const Digest ref = digest_of(1);
    const LogSubject subjects[] = {{"object", ids[0]}, {"object", ids[1]}, {"grant", ref}};
    const auto before = anchors.assign(subjects, leaf_data);
    anchors.continue_after(1, 7);
    EXPECT_EQ(anchors.find(subjects[0]), before[0].anchor);
    EXPECT_FALSE(anchors.find(subjects[1]));
    EXPECT_FALSE(anchors.find(subjects[2]));
    EXPECT_FALSE(Objects(keystore).get(ids[1])->anchor);
    const auto after = anchors.assign(subjects, leaf_data);
    EXPECT_EQ(after[0].anchor, before[0].anchor);
    EXPECT_EQ(after[1].anchor.index, 7u);
    EXPECT_EQ(after[2].anchor.index, 8u);
    EXPECT_EQ(anchors.leaves(0, 1).size(), 1u);
}

TEST_F(AnchorsTest, ANewLogBeginsEmpty) {
    Unlocked keystore(path(), master);
    Anchors anchors(keystore);
    const StudyForWriting own = study(keystore);
    commit(keystore, own, 1, 1);
    const Id id = id_of(1);
    const Digest ref = digest_of(1);
    const LogSubject subjects[] = {{"object", id}, {"grant", ref}};
    const auto before = anchors.assign(subjects, leaf_data);
    EXPECT_EQ(kind_of_error([&] { anchors.start_new_log(own_origin); }), ErrorKind::usage);
    anchors.start_new_log("hospital.example/log2");
    EXPECT_EQ(anchors.origin(), "hospital.example/log2");
    EXPECT_EQ(anchors.size(), 0u);
    const auto after = anchors.assign(subjects, leaf_data);
    EXPECT_EQ(after[0].anchor, before[0].anchor);
    EXPECT_EQ(after[1].anchor.origin, "hospital.example/log2");
    EXPECT_EQ(after[1].anchor.index, 0u);
}

TEST_F(AnchorsTest, EightProcessesShareTheLog) {
    {
        Unlocked keystore(path(), master);
        commit(keystore, study(keystore), 0, 50);
    }
    in_processes(8, [&](int process) {
        Unlocked keystore(path(), master);
        for (std::uint64_t i = 0; i < 50; i += 5) {
            std::vector<Digest> own;
            std::vector<Id> shared;
            std::vector<LogSubject> subjects;
            for (std::uint64_t j = 0; j < 5; ++j) {
                own.push_back(digest_of(1000 * static_cast<std::uint64_t>(process) + i + j));
                shared.push_back(id_of(i + j));
            }
            for (const Digest& ref : own)
                subjects.push_back({"grant", ref});
            for (const Id& ref : shared)
                subjects.push_back({"object", ref});
            ASSERT_EQ(Anchors(keystore).assign(subjects, leaf_data).size(), 10u);
        }
    });
    Keystore keystore(path());
    EXPECT_EQ(Anchors(keystore).size(), 8u * 50 + 50);
    const auto leaves = Anchors(keystore).leaves(0, 1000);
    EXPECT_EQ(std::set<Digest>(leaves.begin(), leaves.end()).size(), 450u);
    for (std::uint64_t i = 0; i < 50; ++i) {
        const auto anchor = Objects(keystore).get(id_of(i))->anchor;
        ASSERT_TRUE(anchor);
        EXPECT_EQ(leaves.at(anchor->index), crypto::sha256(anchor->salt));
    }
}

std::vector<std::uint64_t> sizes(const std::vector<LogHead>& heads) {
    std::vector<std::uint64_t> sizes;
    for (const LogHead& head : heads)
        sizes.push_back(head.size);
    return sizes;
}

TEST_F(AnchorsTest, HeadsOfALogStayUntilALaterOneContinuesThem) {
    Keystore keystore(path());
    Heads heads(keystore);
    EXPECT_FALSE(heads.newest("a.example/log+1+A"));
    EXPECT_TRUE(heads.add_log_head("a.example/log+1+A", {5, digest_of(1)}));
    EXPECT_TRUE(heads.add_log_head("a.example/log+1+A", {5, digest_of(1)}));
    EXPECT_FALSE(heads.add_log_head("a.example/log+1+A", {5, digest_of(2)}));
    EXPECT_TRUE(heads.add_log_head("a.example/log+1+A", {8, digest_of(3)}));
    EXPECT_TRUE(heads.add_log_head("a.example/log+1+A", {4, digest_of(4)}));
    EXPECT_EQ(sizes(heads.log("a.example/log+1+A")), (std::vector<std::uint64_t>{4, 5, 8}));
    EXPECT_EQ(heads.log("a.example/log+1+A")[1].root, digest_of(1));
    EXPECT_EQ(heads.newest("a.example/log+1+A")->size, 8u);

    heads.advance_log_head("a.example/log+1+A", {6, digest_of(6)});
    heads.advance_log_head("a.example/log+1+A", {6, digest_of(6)});
    EXPECT_EQ(sizes(heads.log("a.example/log+1+A")), (std::vector<std::uint64_t>{6, 8}));
    heads.advance_log_head("a.example/log+1+A", {9, digest_of(7)});
    EXPECT_EQ(sizes(heads.log("a.example/log+1+A")), std::vector<std::uint64_t>{9});
    EXPECT_EQ(heads.newest("a.example/log+1+A")->root, digest_of(7));
}

TEST_F(AnchorsTest, LogsOfOneNameHaveTheirOwnHeads) {
    Keystore keystore(path());
    Heads heads(keystore);
    heads.advance_log_head("a.example/log+1+A", {5, digest_of(1)});
    heads.advance_log_head("a.example/log+2+B", {9, digest_of(2)});
    EXPECT_EQ(heads.newest("a.example/log+1+A")->size, 5u);
    EXPECT_TRUE(heads.log("a.example/log").empty());
    EXPECT_EQ(Anchors(keystore).origin(), own_origin);
}

TEST_F(AnchorsTest, ManifestHeadsMoveForwardOnly) {
    Keystore keystore(path());
    Heads heads(keystore);
    EXPECT_FALSE(heads.manifest("owner"));
    EXPECT_EQ(heads.add_manifest_head("owner", {1, digest_of(1)}).number, 1u);
    EXPECT_EQ(heads.add_manifest_head("owner", {3, digest_of(3)}).number, 3u);
    EXPECT_EQ(heads.add_manifest_head("owner", {2, digest_of(2)}).hash, digest_of(3));
    EXPECT_EQ(heads.manifest("owner")->number, 3u);
}

}  // namespace
}  // namespace msh::keystore::test
