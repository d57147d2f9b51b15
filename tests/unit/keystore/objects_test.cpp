#include "keystore/objects.hpp"

#include <csignal>
#include <set>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "keystore/targets.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

using Outcome = Committed::Outcome;

class ObjectsTest : public OwnStudyTest {};

TEST_F(ObjectsTest, EveryFieldComesBack) {
    NewObject object = new_object_of(1, own);
    object.record = full_object(1, own);
    EXPECT_EQ(commit_one(object), Outcome::stored);
    NewObject bare = new_object_of(2, own);
    bare.record.payload.path.reset();
    bare.record.sealed.reset();
    bare.record.sealed_sha256 = digest_of(3);
    bare.record.about.clear();
    EXPECT_EQ(commit_one(bare), Outcome::stored);

    Keystore without_key(path());
    Objects objects(without_key);
    EXPECT_EQ(objects.get(id_of(1)), object.record);
    EXPECT_EQ(objects.get(id_of(2)), bare.record);
    EXPECT_FALSE(objects.get(id_of(3)));
    EXPECT_TRUE(objects.has(id_of(1)));
    EXPECT_FALSE(objects.has(id_of(3)));
}

TEST_F(ObjectsTest, WhatWasDoneIsFound) {
    const NewObject object = new_object_of(1, own);
    Objects objects(*keystore);
    EXPECT_FALSE(objects.hinted(object.hint));
    EXPECT_FALSE(objects.done(object.done));
    EXPECT_EQ(commit_one(object), Outcome::stored);
    EXPECT_TRUE(objects.hinted(object.hint));
    EXPECT_EQ(objects.done(object.done)->id, id_of(1));
    EXPECT_EQ(objects.done(object.done)->rules, "rules/1");

    NewObject same_file = new_object_of(2, own);
    same_file.done = object.done;
    const auto committed = objects.commit_new(std::span(&same_file, 1));
    EXPECT_EQ(committed[0].outcome, Outcome::existing);
    EXPECT_EQ(committed[0].id, id_of(1));
    EXPECT_FALSE(objects.has(id_of(2)));

    same_file.reencrypt = Reencrypt::any;
    EXPECT_EQ(commit_one(same_file), Outcome::stored);
    EXPECT_EQ(objects.done(object.done)->id, id_of(2));
    EXPECT_TRUE(objects.has(id_of(1)));
}

TEST_F(ObjectsTest, WhatWasDoneUnderOtherRulesStaysUnlessItIsRenewed) {
    const NewObject old = new_object_of(1, own);
    EXPECT_EQ(commit_one(old), Outcome::stored);
    NewObject next = new_object_of(2, own);
    next.done = old.done;
    next.rules = "rules/2";
    Objects objects(*keystore);
    EXPECT_EQ(commit_one(next), Outcome::existing);
    EXPECT_EQ(objects.done(old.done)->rules, "rules/1");
    next.reencrypt = Reencrypt::of_other_rules;
    EXPECT_EQ(commit_one(next), Outcome::stored);
    EXPECT_EQ(objects.done(old.done)->id, id_of(2));
    EXPECT_EQ(objects.done(old.done)->rules, "rules/2");
    EXPECT_TRUE(objects.has(id_of(1)));
    // Another process renewed it meanwhile.
    NewObject late = new_object_of(3, own);
    late.done = old.done;
    late.rules = "rules/2";
    late.reencrypt = Reencrypt::of_other_rules;
    const auto committed = objects.commit_new(std::span(&late, 1));
    EXPECT_EQ(committed[0].outcome, Outcome::existing);
    EXPECT_EQ(committed[0].id, id_of(2));
}

TEST_F(ObjectsTest, WhatLostItsPayloadGoes) {
    const NewObject first = new_object_of(1, own);
    EXPECT_EQ(commit_one(first), Outcome::stored);
    NewObject second = new_object_of(2, own);
    second.done = first.done;
    second.lost = id_of(1);
    NewObject third = new_object_of(3, own);
    third.done = first.done;
    third.lost = id_of(1);
    Objects objects(*keystore);
    EXPECT_EQ(commit_one(second), Outcome::stored);
    EXPECT_FALSE(objects.has(id_of(1)));
    EXPECT_EQ(objects.done(first.done)->id, id_of(2));
    // Another process did the same meanwhile.
    const auto committed = objects.commit_new(std::span(&third, 1));
    EXPECT_EQ(committed[0].outcome, Outcome::existing);
    EXPECT_EQ(committed[0].id, id_of(2));
    // It was not lost: it was being stored.
    const StoredPayload stored{object_name(2), "bafk2"};
    Targets(*keystore).mark("store:/a", std::span(&stored, 1));
    third.lost = id_of(2);
    EXPECT_EQ(commit_one(third), Outcome::existing);
    EXPECT_TRUE(objects.has(id_of(2)));
    EXPECT_FALSE(objects.has(id_of(3)));
}

TEST_F(ObjectsTest, ABatchMeetsItself) {
    std::vector<NewObject> batch = {new_object_of(1, own), new_object_of(2, own)};
    batch[1].done = batch[0].done;
    const auto committed = Objects(*keystore).commit_new(batch);
    EXPECT_EQ(committed[0].outcome, Outcome::stored);
    EXPECT_EQ(committed[1].outcome, Outcome::existing);
    EXPECT_EQ(committed[1].id, id_of(1));
}

TEST_F(ObjectsTest, NoObjectForAStudyThatIsGone) {
    NewObject unknown = new_object_of(1, own);
    unknown.record.study = id_of(99);
    EXPECT_EQ(commit_one(unknown), Outcome::study_gone);
    NewObject other_epoch = new_object_of(1, own);
    other_epoch.record.epoch = 2;
    EXPECT_EQ(commit_one(other_epoch), Outcome::study_gone);
    keystore->database().run("UPDATE secret SET study_wrapped = NULL");
    EXPECT_EQ(commit_one(new_object_of(1, own)), Outcome::study_gone);
    EXPECT_FALSE(Objects(*keystore).has(id_of(1)));
}

TEST_F(ObjectsTest, ComeBackInTheirOrder) {
    const StudyForWriting other = study(*keystore, 2);
    for (std::uint64_t i = 0; i < 300; i += 100) {
        commit(*keystore, own, 10'000 - i, 100);
        commit(*keystore, other, 20'000 + i, 10);
    }
    std::vector<Id> expected;
    for (std::uint64_t i = 0; i < 300; ++i)
        expected.push_back(id_of(10'000 - i / 100 * 100 + i % 100));
    std::vector<Id> found;
    Objects objects(*keystore);
    objects.for_each(own.study, [&](const record::Object& object) {
        found.push_back(object.id);
        objects.remove_paths(std::span(&object.id, 1));  // writing meanwhile is allowed
    });
    EXPECT_EQ(found, expected);
    EXPECT_EQ(objects.count(own.study), 300u);
    EXPECT_EQ(objects.count(other.study), 30u);
    EXPECT_EQ(objects.count(id_of(1)), 0u);
    EXPECT_FALSE(objects.get(expected[0])->payload.path);
}

TEST_F(ObjectsTest, TargetsRememberWhatLiesWhere) {
    commit(*keystore, own, 1, 3);
    Keystore without_key(path());
    Targets targets(without_key);
    const std::vector<StoredPayload> payloads = {
        {object_name(1), "bafk1"}, {object_name(77), "bafkunknown"}, {object_name(2), "bafk2"}};
    targets.mark("store:/a", payloads);
    targets.mark("store:/a", payloads);
    targets.mark("car:/b", std::span(payloads).first(1));
    EXPECT_TRUE(targets.stored({object_name(1), "bafk1"}, "store:/a"));
    EXPECT_FALSE(targets.stored({object_name(3), "bafk3"}, "store:/a"));
    EXPECT_FALSE(targets.stored({object_name(2), "bafk2"}, "car:/b"));
    EXPECT_EQ(targets.of({object_name(1), "bafk1"}), (std::vector<std::string>{"car:/b", "store:/a"}));
    EXPECT_EQ(Objects(without_key).get(id_of(2))->payload.cid, "bafk2");
    EXPECT_FALSE(Objects(without_key).get(id_of(3))->payload.cid);

    const std::vector<StoredPayload> mismatch = {{object_name(3), "bafk3"}, {object_name(1), "bafkother"}};
    EXPECT_EQ(kind_of_error([&] { targets.mark("store:/c", mismatch); }), ErrorKind::input);
    EXPECT_FALSE(targets.stored({object_name(3), "bafk3"}, "store:/c"));
    EXPECT_FALSE(Objects(without_key).get(id_of(3))->payload.cid);
}

TEST_F(ObjectsTest, EightProcessesKeepEachFileOnce) {
    keystore.reset();
    constexpr std::uint64_t files = 200;
    in_processes(8, [&](int process) {
        Unlocked mine(path(), master);
        const StudyForWriting to = study(mine);
        for (std::uint64_t from = 0; from < files; from += 20) {
            std::vector<NewObject> batch;
            for (std::uint64_t file = from; file < from + 20; ++file) {
                NewObject object = new_object_of(1000 * static_cast<std::uint64_t>(process + 1) + file, to);
                object.done = digest_of(file);
                batch.push_back(std::move(object));
            }
            for (const Committed& committed : Objects(mine).commit_new(batch)) {
                ASSERT_NE(committed.outcome, Outcome::study_gone);
                ASSERT_TRUE(Objects(mine).has(committed.id));
            }
        }
    });
    Keystore after(path());
    EXPECT_EQ(Objects(after).count(own.study), files);
    after.database().check_integrity();
}

// Whatever a process was told to be committed is there when it is killed at any moment.
TEST_F(ObjectsTest, AKillLosesNothingThatWasCommitted) {
    keystore.reset();
    std::uint64_t next = 0;
    for (int round = 0; round < 10; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            Unlocked mine(path(), master);
            const StudyForWriting to = study(mine);
            for (std::uint64_t number = next;; ++number) {
                const NewObject object = new_object_of(number, to);
                (void)Objects(mine).commit_new(std::span(&object, 1));
                if (::write(ends[1], &number, sizeof number) != sizeof number) ::_exit(1);
            }
        }
        ::close(ends[1]);
        std::uint64_t number = 0;
        const std::uint64_t until = next + 3 + static_cast<std::uint64_t>(round);
        while (::read(ends[0], &number, sizeof number) == sizeof number && number < until) {
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(ends[0], &number, sizeof number) == sizeof number) {
        }
        ::close(ends[0]);
        Unlocked mine(path(), master);
        for (std::uint64_t i = 0; i <= number; ++i)
            ASSERT_EQ(Objects(mine).get(id_of(i)), object_of(i, own));
        mine.database().check_integrity();
        next = number + 1;
        while (Objects(mine).has(id_of(next)))
            ++next;  // committed, but killed before it could say so
    }
}

}  // namespace
}  // namespace msh::keystore::test
