#include "keystore/shredding.hpp"

#include <fstream>
#include <sys/stat.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "keystore/anchors.hpp"
#include "keystore/backup.hpp"
#include "keystore/compaction.hpp"
#include "keystore/grants.hpp"
#include "keystore/index_state.hpp"
#include "keystore/rotation.hpp"
#include "keystore/targets.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

namespace fs = std::filesystem;

class ShreddingTest : public KeystoreTest {
  protected:
    void SetUp() override {
        KeystoreTest::SetUp();
        Unlocked keystore(path(), master);
        doomed = study(keystore, 1);
        kept = study(keystore, 2);
        commit(keystore, doomed, 0, 10);
        commit(keystore, kept, 100'000, 10);
    }
    std::vector<Id> doomed_ids() {
        std::vector<Id> ids;
        Keystore keystore(path());
        Objects(keystore).for_each(doomed.study, [&](const record::Object& object) { ids.push_back(object.id); });
        return ids;
    }
    static Tombstone tombstone_of(const StudyForWriting& study, std::optional<std::uint64_t> lookup = {}) {
        if (lookup) return {study.study, name_of(study).commitment, digest_of(*lookup), ""};
        return {study.study, name_of(study).commitment, std::nullopt, "fp-a"};
    }
    static void receive_from(Keystore& keystore, const Id& id, std::uint8_t secret, const char* issuer,
                             std::uint64_t epoch = 1) {
        EXPECT_TRUE(Studies(keystore).receive({id, epoch, "basic", key_of(secret), issuer}));
    }
    StudyForWriting doomed;
    StudyForWriting kept;
};

TEST_F(ShreddingTest, LeavesNothingOfTheStudy) {
    {
        // Turn and turn about, so that both studies share pages; more than is erased at once.
        Unlocked keystore(path(), master);
        Transaction transaction(keystore);
        for (std::uint64_t i = 20; i < 1200; i += 20) {
            commit(keystore, doomed, i, 10);
            commit(keystore, kept, 100'000 + i, 10);
        }
        transaction.commit();
    }
    const std::vector<Id> ids = doomed_ids();
    ASSERT_EQ(ids.size(), 600u);
    std::vector<Bytes> traces;
    {
        Unlocked keystore(path(), master);
        const std::vector<StoredPayload> stored = {{object_name(0), "bafkdoomed0"}, {object_name(1), "bafkdoomed1"}};
        Targets(keystore).mark("store:/srv", stored);
        const std::vector<Document> documents = {{ids[2], as_bytes("terms")}, {ids[3], as_bytes("terms")}};
        ASSERT_EQ(IndexState(keystore).buffer(documents), 2u);
        EXPECT_TRUE(IndexState(keystore).move_to_segment(std::span(&ids[3], 1), digest_of(70)));
        const LogSubject subjects[] = {{"object", ids[0]}, {"object", ids[5]}};
        const auto assigned = Anchors(keystore).assign(subjects, [](std::size_t, const Digest& salt) { return salt; });
        traces.emplace_back(assigned[0].anchor.salt.begin(), assigned[0].anchor.salt.end());
        Backups(keystore).note({12, "age1safe"});
        for (const char* sql : {"SELECT study_wrapped FROM secret JOIN study ON number = study WHERE id = ?1",
                                "SELECT seal_wrapped FROM secret JOIN study ON number = study WHERE id = ?1",
                                "SELECT terms_wrapped FROM index_buffer WHERE ?1 = ?1"}) {
            db::Query row = keystore.database().query(sql, {doomed.study});
            ASSERT_TRUE(row.next());
            traces.push_back(row.maybe_bytes(0).value());
        }
        for (const Id& id : ids)
            traces.emplace_back(id.begin(), id.end());
        for (std::uint64_t i = 0; i < 1200; i += 20) {
            const NewObject object = new_object_of(i, doomed);
            traces.emplace_back(object.record.kc.begin(), object.record.kc.end());
            traces.emplace_back(object.done.begin(), object.done.end());
        }
    }
    // Leaf data itself stays in the log, and here it is the salt.
    traces.erase(traces.begin());
    ASSERT_EQ(count_in_raw_files(path(), traces), traces.size());

    Unlocked keystore(path(), master);
    const auto shredded = shred(keystore, doomed.study, key_of(2), tombstones());
    ASSERT_TRUE(shredded);
    EXPECT_EQ(shredded->objects, 600u);
    EXPECT_EQ(shredded->epochs, 1u);
    EXPECT_EQ(shredded->targets, std::vector<std::string>{"store:/srv"});
    // The segment that names it is not known any more, and what took its place is to be taken apart.
    ASSERT_EQ(IndexState(keystore).segments().size(), 1u);
    EXPECT_NE(IndexState(keystore).segments().front(), digest_of(70));
    EXPECT_EQ(shredded->backups, (std::vector<BackupsTo>{{"age1safe", 1, 12, 12}}));
    Rotation(keystore).finish();
    EXPECT_EQ(count_in_raw_files(path(), traces), 0u);

    EXPECT_TRUE(Shredding(keystore).was_shredded(doomed.study));
    EXPECT_FALSE(Shredding(keystore).was_shredded(kept.study));
    EXPECT_EQ(Shredding(keystore).tombstones(), (std::vector<Tombstone>{tombstone_of(doomed, 1)}));
    EXPECT_FALSE(Studies(keystore).secrets(doomed.study, 1));
    EXPECT_FALSE(Objects(keystore).has(ids[0]));
    EXPECT_EQ(IndexState(keystore).buffered(), 0u);
    EXPECT_EQ(Anchors(keystore).size(), 2u);
    EXPECT_EQ(Anchors(keystore).leaves(0, 2).size(), 2u);
    EXPECT_EQ(Objects(keystore).count(kept.study), 600u);
    EXPECT_TRUE(constant_time_equal(study(keystore, 2).study_secret.view(), kept.study_secret.view()));
    EXPECT_EQ(kind_of_error([&] { Unlocked former(path(), master); }), ErrorKind::failed);
    keystore.database().check_integrity();

    std::size_t paths = 0;
    std::vector<std::string> cids;
    Shredding(keystore).for_each_discarded([&](const Discarded& discarded) {
        if (discarded.cid) cids.push_back(*discarded.cid);
        if (discarded.path) ++paths;
    });
    EXPECT_EQ(paths, 600u);
    EXPECT_EQ(cids, (std::vector<std::string>{"bafkdoomed0", "bafkdoomed1"}));
    Shredding(keystore).clear_discarded();
    Shredding(keystore).for_each_discarded([](const Discarded&) { ADD_FAILURE(); });
    EXPECT_FALSE(shred(keystore, doomed.study, key_of(3), tombstones()));
}

TEST_F(ShreddingTest, OnlyTheSegmentsThatNameTheStudyAreRetired) {
    Unlocked keystore(path(), master);
    IndexState index(keystore);
    const std::vector<Id> ids = doomed_ids();
    const std::vector<Id> both = {ids[0], id_of(100'000)};
    const std::vector<Id> others = {id_of(100'001), id_of(100'002)};
    EXPECT_TRUE(index.move_to_segment(both, digest_of(70)));
    EXPECT_TRUE(index.move_to_segment(others, digest_of(71)));
    ASSERT_TRUE(shred(keystore, doomed.study, key_of(2), tombstones()));
    const std::vector<Digest> segments = index.segments();
    ASSERT_EQ(segments.size(), 2u);
    EXPECT_EQ(segments[1], digest_of(71));
    std::vector<Id> left;
    index.for_each_in_segment(segments[0], [&](const Id& object) { left.push_back(object); });
    EXPECT_EQ(left, std::vector<Id>{id_of(100'000)});
}

// A kill between the transaction and the end: whoever finishes pays for it.
TEST_F(ShreddingTest, CompactionIsOwedUntilItIsDone) {
    const auto owed = [&](Keystore& keystore) {
        db::Query row = keystore.database().query("SELECT count(*) FROM compaction");
        return row.next() ? row.count(0) : 0;
    };
    {
        Unlocked keystore(path(), master);
        EXPECT_EQ(owed(keystore), 0u);
        ASSERT_TRUE(shred(keystore, doomed.study, key_of(2), tombstones()));
    }
    Unlocked keystore(path(), key_of(2));
    EXPECT_EQ(owed(keystore), 1u);
    Rotation(keystore).finish();
    EXPECT_EQ(owed(keystore), 0u);
    // Under a credential it comes before the hand-over ends.
    ASSERT_TRUE(shred(keystore, kept.study, key_of(3), tombstones()));
    Compaction(keystore).run_if_scheduled();
    EXPECT_EQ(owed(keystore), 0u);
    EXPECT_EQ(keystore.rotation_state(), RotationState::to_finish);
    keystore.database().check_integrity();
}

TEST_F(ShreddingTest, TheStudyIsRefusedUnlessItBeginsAgain) {
    Unlocked keystore(path(), master);
    // A writer that has read the secret before.
    Unlocked writer(path(), master);
    const StudyForWriting before = study(writer, 1);
    ASSERT_TRUE(shred(keystore, doomed.study, key_of(2), tombstones()));
    const NewObject late = new_object_of(7000, before);
    EXPECT_EQ(Objects(writer).commit_new(std::span(&late, 1)).front().outcome, Committed::Outcome::study_gone);
    Rotation(keystore).finish();

    StudyRequest request{"default", "basic", digest_of(1), false};
    EXPECT_FALSE(Studies(keystore).get_or_create(request));
    EXPECT_EQ(kind_of_error([&] {
                  Studies(keystore).receive({doomed.study, 1, "basic", key_of(9), "issuer"});
              }),
              ErrorKind::refused);
    request.again = true;
    const auto again = Studies(keystore).get_or_create(request);
    ASSERT_TRUE(again);
    EXPECT_NE(again->study, doomed.study);
    request.again = false;
    EXPECT_EQ(Studies(keystore).get_or_create(request)->study, again->study);
}

TEST_F(ShreddingTest, AReceivedStudyCanBeShreddedToo) {
    Unlocked keystore(path(), master);
    const StudyForWriting theirs = receive(keystore, id_of(500'000), 9);
    const std::int64_t number = Objects(keystore).receive(object_of(42'000, theirs), name_of(theirs));
    Grants grants(keystore);
    ASSERT_TRUE(grants.add_accepted({digest_of(1), "statement", "issuer", std::nullopt, std::nullopt, 1}));
    grants.add_study(digest_of(1), name_of(theirs));
    grants.add_objects(digest_of(1), std::span(&number, 1));
    EXPECT_FALSE(grants.grants_for(name_of(theirs)).empty());
    ASSERT_TRUE(shred(keystore, theirs.study, key_of(2), tombstones()));
    Rotation(keystore).finish();
    grants.for_each_object(digest_of(1), [](const record::Object&) { ADD_FAILURE(); });
    EXPECT_TRUE(grants.grants_for(name_of(theirs)).empty());
    EXPECT_EQ(read_tombstones(tombstones()), (std::vector<Tombstone>{tombstone_of(theirs)}));
}

// Under one secret there may be what several issuers granted.
TEST_F(ShreddingTest, WhatOneIssuerGrantedIsShreddedAlone) {
    Unlocked keystore(path(), master);
    const StudyForWriting theirs = receive(keystore, id_of(500'000), 9);
    (void)receive(keystore, id_of(500'000), 9, 1, "fp-m");
    record::Object object = object_of(42'000, theirs);
    object.sealed.reset();
    object.payload.cid = "bafkgenuine";
    Objects objects(keystore);
    (void)objects.receive(object, name_of(theirs));
    (void)objects.receive(object, name_of(theirs, "fp-m"));
    const StoredPayload stored = stored_payload(object);
    Targets(keystore).mark("store:/srv", std::span(&stored, 1));
    Shredding shredding(keystore);
    const auto both = shredding.of_id(theirs.study);
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[1].issuer, "fp-m");
    EXPECT_EQ(both[0].commitment, both[1].commitment);
    const auto shredded = shredding.shred(theirs.study, {&both[1], 1}, key_of(2), tombstones());
    ASSERT_TRUE(shredded);
    EXPECT_EQ(shredded->objects, 1u);
    EXPECT_EQ(shredded->holders, std::vector<std::string>{"fp-a"});
    EXPECT_EQ(objects.candidates_for(object).at(0).study, name_of(theirs));
    EXPECT_FALSE(Studies(keystore).secrets(name_of(theirs, "fp-m")));
    const Tombstone tombstone{theirs.study, both[1].commitment, std::nullopt, "fp-m"};
    EXPECT_EQ(read_tombstones(tombstones()), std::vector<Tombstone>{tombstone});
    // Its payload is the other's as well.
    shredding.for_each_discarded([](const Discarded& discarded) { EXPECT_FALSE(discarded.cid); });
    shredding.for_each_remaining([](const Remaining&) { ADD_FAILURE(); });
    const auto accept = [&](std::string_view issuer) {
        (void)Studies(keystore).receive({theirs.study, 1, "basic", theirs.study_secret, issuer});
    };
    EXPECT_EQ(kind_of_error([&] { accept("fp-m"); }), ErrorKind::refused);
    accept("fp-a");
    accept("fp-b");

    // The same from the list, as after the restore of a backup.
    const std::vector<Tombstone> list = {tombstone, {theirs.study, both[0].commitment, std::nullopt, "fp-a"}};
    EXPECT_EQ(shredding.apply(list), 1u);
    EXPECT_FALSE(Studies(keystore).secrets(name_of(theirs)));
    EXPECT_TRUE(Studies(keystore).secrets(name_of(theirs, "fp-b")));
    EXPECT_EQ(shredding.tombstones().size(), 2u);
}

// Whoever makes a record chooses the CID in it: what was received under the CID of an own payload goes without it.
TEST_F(ShreddingTest, TheStudyOfASquatterIsShreddedAlone) {
    Unlocked keystore(path(), master);
    Shredding shredding(keystore);
    const StudyForWriting theirs = receive(keystore, doomed.study, 9);
    Objects(keystore).receive(object_of(42'000, theirs), name_of(theirs));
    const auto both = shredding.of_id(doomed.study);
    ASSERT_EQ(both.size(), 2u);
    EXPECT_FALSE(both[0].issuer);
    EXPECT_EQ(both[0].commitment, name_of(doomed).commitment);
    EXPECT_EQ(both[1].issuer, "fp-a");
    const auto shredded = shredding.shred(doomed.study, {&both[1], 1}, key_of(2), tombstones());
    ASSERT_TRUE(shredded);
    EXPECT_EQ(shredded->objects, 1u);
    EXPECT_EQ(shredded->epochs, 1u);
    Rotation(keystore).finish();
    EXPECT_EQ(read_tombstones(tombstones()), (std::vector<Tombstone>{tombstone_of(theirs)}));
    EXPECT_EQ(Objects(keystore).count(doomed.study), 10u);
    EXPECT_TRUE(Studies(keystore).get_or_create({"default", "basic", digest_of(1), false}));
    EXPECT_EQ(shredding.was_shredded(doomed.study), Whose::received);
    EXPECT_STREQ(not_found_error(keystore, doomed.study).what(), "the object is not in this keystore");
    // The other way round, the squatter's stays and the own one is gone.
    receive_from(keystore, doomed.study, 10, "fp-b");
    ASSERT_TRUE(shredding.shred(doomed.study, {&both[0], 1}, key_of(3), tombstones()));
    EXPECT_EQ(shredding.was_shredded(doomed.study), Whose::own);
    EXPECT_STREQ(not_found_error(keystore, doomed.study).what(), "the study was shredded");
    EXPECT_EQ(Studies(keystore).all_secrets(doomed.study, 1).size(), 1u);
    EXPECT_EQ(read_tombstones(tombstones()).size(), 2u);
}

// Who granted it first may have been a squatter, and the other grant comes later.
TEST_F(ShreddingTest, AnotherIssuersStudyOfThatIdCanStillBeReceived) {
    Unlocked keystore(path(), master);
    const Id id = id_of(500'000);
    const StudyForWriting theirs = receive(keystore, id, 9);
    ASSERT_TRUE(shred(keystore, id, key_of(2), tombstones()));
    Rotation(keystore).finish();
    EXPECT_EQ(kind_of_error([&] { receive_from(keystore, id, 9, "fp-a"); }), ErrorKind::refused);
    EXPECT_EQ(kind_of_error([&] { receive_from(keystore, id, 11, "fp-a", 2); }), ErrorKind::refused);
    receive_from(keystore, id, 10, "fp-b");
    EXPECT_STREQ(not_found_error(keystore, id).what(), "the object is not in this keystore");
    // A backup from before holds both; only the one that was shredded goes.
    EXPECT_EQ(Shredding(keystore).apply(read_tombstones(tombstones())), 0u);
    const Tombstone other{id, name_of(theirs).commitment, std::nullopt, "fp-a"};
    EXPECT_EQ(Shredding(keystore).tombstones(), std::vector<Tombstone>{other});
    EXPECT_EQ(Studies(keystore).all_secrets(id, 1).size(), 1u);
}

TEST_F(ShreddingTest, AListThatIsLostOrDamagedIsMended) {
    const Tombstone one{id_of(1), digest_of(11), digest_of(1), ""};
    const Tombstone two{id_of(2), digest_of(12), std::nullopt, "fp-a"};
    const std::vector<Tombstone> both = {one, two};
    EXPECT_EQ(repair_tombstones(tombstones(), {}), ListState::missing);
    EXPECT_TRUE(fs::exists(tombstones()));
    EXPECT_EQ(repair_tombstones(tombstones(), {}), ListState::whole);
    fs::remove(tombstones());
    EXPECT_EQ(repair_tombstones(tombstones(), {&two, 1}), ListState::missing);
    EXPECT_EQ(repair_tombstones(tombstones(), {&one, 1}), ListState::incomplete);
    EXPECT_EQ(read_tombstones(tombstones()), (std::vector<Tombstone>{two, one}));
    EXPECT_EQ(repair_tombstones(tombstones(), both), ListState::whole);
    // What can be read of a damaged one is kept: it may know more than the keystore.
    std::ofstream(tombstones(), std::ios::app) << "nonsense\n";
    const auto damaged = read_file(tombstones(), 1000);
    EXPECT_EQ(repair_tombstones(tombstones(), {&one, 1}), ListState::damaged);
    EXPECT_EQ(read_tombstones(tombstones()), (std::vector<Tombstone>{two, one}));
    EXPECT_EQ(read_file(tombstones().string() + ".damaged", 1000), damaged);
    struct stat status {};
    ASSERT_EQ(::stat(tombstones().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(ShreddingTest, APayloadThatAnotherObjectNeedsStays) {
    Unlocked keystore(path(), master);
    const StoredPayload stored{object_name(100'000), "bafkkept"};
    Targets(keystore).mark("store:/srv", std::span(&stored, 1));
    const StudyForWriting theirs = receive(keystore, doomed.study, 9);
    record::Object object = object_of(42'000, theirs);
    object.payload.cid = "bafkkept";
    Objects(keystore).receive(object, name_of(theirs));
    const auto shredded = shred(keystore, doomed.study, key_of(2), tombstones());
    ASSERT_TRUE(shredded);
    EXPECT_EQ(shredded->objects, 11u);
    EXPECT_EQ(shredded->epochs, 2u);
    EXPECT_FALSE(Studies(keystore).has(doomed.study));
    Shredding(keystore).for_each_discarded([](const Discarded& discarded) { EXPECT_NE(discarded.cid, "bafkkept"); });
}

TEST_F(ShreddingTest, ACrashBeforeTheCommitLeavesItToBeRepeated) {
    {
        Unlocked keystore(path(), master);
        Transaction transaction(keystore);
        ASSERT_TRUE(shred(keystore, doomed.study, key_of(2), tombstones()));
    }
    EXPECT_EQ(read_tombstones(tombstones()), (std::vector<Tombstone>{tombstone_of(doomed, 1)}));
    Unlocked keystore(path(), master);
    EXPECT_EQ(Objects(keystore).count(doomed.study), 10u);
    ASSERT_TRUE(shred(keystore, doomed.study, key_of(2), tombstones()));
    EXPECT_EQ(read_tombstones(tombstones()).size(), 1u);
}

TEST_F(ShreddingTest, TombstonesAreLinesThatSurviveACut) {
    const Tombstone one{id_of(1), digest_of(11), digest_of(1), ""};
    const Tombstone two{id_of(2), digest_of(12), std::nullopt, "fp-a"};
    EXPECT_TRUE(read_tombstones(tombstones()).empty());
    append_tombstones(tombstones(), std::span(&one, 1));
    std::ofstream(tombstones(), std::ios::app) << to_hex(id_of(3)).substr(0, 20);
    EXPECT_EQ(read_tombstones(tombstones()), std::vector<Tombstone>{one});
    append_tombstones(tombstones(), std::vector<Tombstone>{two, one});
    append_tombstones(tombstones(), std::span(&one, 1));
    EXPECT_EQ(read_tombstones(tombstones()), (std::vector<Tombstone>{one, two}));
    const auto text = read_file(tombstones(), 1000);
    EXPECT_EQ(as_text(*text), to_hex(one.study) + " " + to_hex(one.commitment) + " own " + to_hex(*one.lookup) + "\n" +
                                  to_hex(two.study) + " " + to_hex(two.commitment) + " from fp-a\n");
    struct stat status {};
    ASSERT_EQ(::stat(tombstones().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);

    const std::string head = to_hex(id_of(1)) + ' ' + to_hex(digest_of(1));
    for (const std::string& bad : {std::string("x"), std::string(), head, head + " from ", head + " from a b",
                                   head + " own 00", head + " by fp-a", "00 " + head + " from fp-a"}) {
        write_file_atomically(tombstones(), as_bytes(head + " from fp-a\n" + bad + "\n"), 0600);
        EXPECT_EQ(kind_of_error([&] { (void)read_tombstones(tombstones()); }), ErrorKind::input);
    }
}

TEST_F(ShreddingTest, TheLastTombstoneMayBeCutAnywhereAndNothingElseMayFollow) {
    const std::string head = to_hex(id_of(1)) + ' ' + to_hex(digest_of(1));
    const std::string first = head + " from fp-a\n";
    for (const std::string& line : {head + " own " + to_hex(digest_of(2)), head + " from fp-a"}) {
        for (std::size_t size = 0; size <= line.size(); ++size) {
            write_file_atomically(tombstones(), as_bytes(first + line.substr(0, size)), 0600);
            EXPECT_EQ(read_tombstones(tombstones()).size(), 1U) << size;
        }
    }
    for (const std::string& bad :
         {std::string(2'000'000, '\0'), std::string(1, '\0'), std::string("x"), head + " by", head + " own 0x",
          head + " from " + std::string(3, '\0'), head + "  ", head + " own " + to_hex(digest_of(2)) + "0"}) {
        for (const std::string& before : {first, std::string()}) {
            write_file_atomically(tombstones(), as_bytes(before + bad), 0600);
            EXPECT_EQ(kind_of_error([&] { (void)read_tombstones(tombstones()); }), ErrorKind::input);
        }
    }
}

TEST_F(ShreddingTest, ManyProcessesAppendTombstones) {
    in_processes(8, [&](int process) {
        for (std::uint64_t i = 0; i < 10; ++i) {
            const Tombstone one{id_of(100 * static_cast<std::uint64_t>(process) + i), digest_of(i), digest_of(i), ""};
            append_tombstones(tombstones(), {&one, 1});
        }
    });
    EXPECT_EQ(read_tombstones(tombstones()).size(), 80u);
}

}  // namespace
}  // namespace msh::keystore::test
