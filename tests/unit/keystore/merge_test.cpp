// Records from outside: what is added to a known object, what is refused.
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <utility>

#include "crypto/hash.hpp"
#include "keystore/objects.hpp"
#include "keystore/targets.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

using Outcome = Committed::Outcome;

class MergeTest : public OwnStudyTest {};

TEST_F(MergeTest, MergeAddsOnlyWhatIsLacking) {
    commit(*keystore, own, 1, 1);
    Objects objects(*keystore);
    EXPECT_FALSE(objects.merge(object_of(2, own)));

    record::Object outside = full_object(1, own);
    outside.payload.path = "/somewhere/else";
    const auto merged = objects.merge(outside, Backing::grant);
    ASSERT_TRUE(merged);
    record::Object expected = full_object(1, own);
    expected.original->path.reset();
    EXPECT_EQ(*merged, expected);
    EXPECT_EQ(objects.get(id_of(1)), expected);

    // Less than what is known changes nothing; path and proof are not compared.
    outside = object_of(1, own);
    outside.sealed.reset();
    outside.sealed_sha256 = crypto::sha256(*expected.sealed);
    EXPECT_EQ(*objects.merge(outside), expected);
    outside = full_object(1, own);
    outside.anchor->proof = Bytes{9};
    EXPECT_EQ(*objects.merge(outside), expected);
}

TEST_F(MergeTest, ALeafGivesOnlyWhatItCommitsTo) {
    commit(*keystore, own, 1, 1);
    Objects objects(*keystore);
    record::Object outside = full_object(1, own);
    outside.original->cid.reset();
    record::Object expected = full_object(1, own);
    expected.original.reset();
    expected.anchor->proof.reset();
    EXPECT_EQ(objects.merge(outside, Backing::leaf), expected);
    EXPECT_EQ(objects.merge(outside, Backing::leaf), expected);
    EXPECT_EQ(objects.get(id_of(1)), expected);

    outside = full_object(2, own);
    outside.original->cid.reset();
    objects.add_recovered(outside);
    ASSERT_TRUE(objects.get(outside.id));
    EXPECT_FALSE(objects.get(outside.id)->original);
    EXPECT_FALSE(objects.get(outside.id)->anchor->proof);
}

TEST_F(MergeTest, WithoutBackingNothingIsNewsThatALeafCommitsTo) {
    NewObject object = new_object_of(1, own);
    object.record.sealed.reset();
    ASSERT_EQ(commit_one(object), Outcome::stored);
    Objects objects(*keystore);
    const auto full = full_object(1, own);
    const std::function<void(record::Object&)> changes[] = {
        [&](auto& r) { r.replaces = full.replaces; },     [&](auto& r) { r.original = full.original; },
        [&](auto& r) { r.anchor = full.anchor; },         [&](auto& r) { r.sealed = full.sealed; },
        [&](auto& r) { r.sealed_sha256 = digest_of(8); }, [&](auto& r) { r.payload.cid = full.payload.cid; },
    };
    for (const auto& change : changes) {
        record::Object outside = object.record;
        change(outside);
        EXPECT_EQ(kind_of_error([&] { (void)objects.merge(outside); }), ErrorKind::input);
        EXPECT_EQ(objects.get(id_of(1)), object.record);
        if (outside.payload.cid) continue;
        EXPECT_EQ(kind_of_error([&] { (void)objects.merge(outside, Backing::payload); }), ErrorKind::input);
    }
    // A CID that is going to be checked is neither refused nor kept.
    record::Object outside = object.record;
    outside.payload.cid = full.payload.cid;
    EXPECT_EQ(*objects.merge(outside, Backing::payload), object.record);
    EXPECT_FALSE(objects.get(id_of(1))->payload.cid);
}

TEST_F(MergeTest, WithoutBackingAVerifiedRecordStaysAsItIs) {
    const StudyForWriting theirs = receive(*keystore, id_of(500), 9);
    record::Object granted = object_of(1, theirs);
    const auto sealed = std::exchange(granted.sealed, std::nullopt);
    granted.sealed_sha256 = crypto::sha256(*sealed);
    granted.payload.path.reset();
    granted.payload.cid = "bafkcid";
    granted.anchor = record::Anchor{"theirs.example/log", 7, digest_of(2), std::nullopt};
    Objects objects(*keystore);
    objects.receive(granted, name_of(theirs));
    record::Object outside = granted;
    outside.sealed = sealed;
    outside.sealed_sha256.reset();
    outside.anchor->proof = Bytes{9};
    EXPECT_EQ(*objects.merge(outside), granted);
    outside.replaces = digest_of(3);
    EXPECT_EQ(kind_of_error([&] { (void)objects.merge(outside); }), ErrorKind::input);
    EXPECT_EQ(objects.get(number_of(*keystore, granted)), granted);
    EXPECT_FALSE(objects.get(id_of(1)));
}

TEST_F(MergeTest, MergeRefusesWhatDisagrees) {
    NewObject object = new_object_of(1, own);
    object.record = full_object(1, own);
    ASSERT_EQ(commit_one(object), Outcome::stored);
    const std::function<void(record::Object&)> changes[] = {
        [](auto& r) { r.study = id_of(5); },
        [](auto& r) { r.epoch = 2; },
        [](auto& r) { r.profile = "identified"; },
        [](auto& r) { ++r.payload.size; },
        [](auto& r) { r.kc[0] ^= 1; },
        [](auto& r) { r.about[0] ^= 1; },
        [](auto& r) { (*r.sealed)[0] ^= 1; },
        [](auto& r) { r.sealed.reset(), r.sealed_sha256 = digest_of(8); },
        [](auto& r) { r.payload.cid = "bafkother"; },
        [](auto& r) { r.replaces = digest_of(8); },
        [](auto& r) { ++r.original->size; },
        [](auto& r) { r.original->cid = "bafkother"; },
        [](auto& r) { r.anchor->origin = "third.example/log"; },
        [](auto& r) { ++r.anchor->index; },
        [](auto& r) { r.anchor->salt[0] ^= 1; },
    };
    for (const auto& change : changes) {
        record::Object outside = object.record;
        change(outside);
        EXPECT_EQ(kind_of_error([&] { (void)Objects(*keystore).merge(outside); }), ErrorKind::input);
        EXPECT_EQ(Objects(*keystore).get(id_of(1)), object.record);
    }
}

TEST_F(MergeTest, OfARecordThatDisagreesNothingIsKept) {
    commit(*keystore, own, 1, 1);
    record::Object outside = object_of(1, own);
    outside.payload.cid = "bafknew";
    outside.kc[0] ^= 1;
    Transaction transaction(*keystore);
    EXPECT_EQ(kind_of_error([&] { (void)Objects(*keystore).merge(outside); }), ErrorKind::input);
    transaction.commit();
    EXPECT_EQ(Objects(*keystore).get(id_of(1)), object_of(1, own));
}

TEST_F(MergeTest, AnAnchorOfTheOwnLogCannotBeMadeUp) {
    commit(*keystore, own, 1, 1);
    record::Object outside = object_of(1, own);
    outside.anchor = record::Anchor{std::string(own_origin), 0, digest_of(2), std::nullopt};
    for (const Backing backing : {Backing::none, Backing::leaf}) {
        EXPECT_EQ(kind_of_error([&] { (void)Objects(*keystore).merge(outside, backing); }), ErrorKind::input);
    }
    EXPECT_FALSE(Objects(*keystore).get(id_of(1))->anchor);
}

TEST_F(MergeTest, ReceivedObjectsBelongToReceivedStudies) {
    Objects objects(*keystore);
    StudyForWriting theirs;
    theirs.study = id_of(500);
    theirs.study_secret = key_of(9);
    record::Object record = object_of(1, theirs);
    record.sealed.reset();
    record.sealed_sha256 = digest_of(1);
    EXPECT_EQ(kind_of_error([&] { objects.receive(record, name_of(theirs)); }), ErrorKind::input);
    theirs = receive(*keystore, theirs.study, 9);
    objects.receive(record, name_of(theirs));
    record.payload.path.reset();
    EXPECT_EQ(objects.get(number_of(*keystore, record)), record);
    record.payload.cid = "bafkcid";
    objects.receive(record, name_of(theirs));
    EXPECT_EQ(objects.get(number_of(*keystore, record))->payload.cid, "bafkcid");
    record.payload.cid = "bafkother";
    EXPECT_EQ(kind_of_error([&] { objects.receive(record, name_of(theirs)); }), ErrorKind::input);
    record = object_of(2, theirs);
    record.profile = "identified";
    EXPECT_EQ(kind_of_error([&] { objects.receive(record, name_of(theirs)); }), ErrorKind::input);
    EXPECT_EQ(kind_of_error([&] { objects.receive(object_of(3, own), name_of(own)); }), ErrorKind::input);

    commit(*keystore, own, 10, 1);
    record::Object disagreeing = object_of(10, own);
    disagreeing.payload.cid = "bafkwrong";
    objects.receive(disagreeing, name_of(own));
    EXPECT_EQ(objects.get(id_of(10)), object_of(10, own));
}

// Ids are public. Whoever uses one of somebody else's first, or of this keystore, is in nobody's way.
TEST_F(MergeTest, ObjectsOfOneIdAreToldApartByTheirKc) {
    Objects objects(*keystore);
    commit(*keystore, own, 1, 1);
    const StudyForWriting squatted = receive(*keystore, own.study, 8);
    const StudyForWriting theirs = receive(*keystore, own.study, 9);
    record::Object other = object_of(1, squatted);
    other.sealed.reset();
    other.sealed_sha256 = digest_of(1);
    other.payload = {77, std::nullopt, "bafkother"};
    other.kc = digest_of(8);
    objects.receive(other, name_of(squatted));
    record::Object third = other;
    third.kc = digest_of(9);
    third.payload.cid = "bafkthird";
    objects.receive(third, name_of(theirs));

    EXPECT_EQ(objects.get(id_of(1)), object_of(1, own));
    EXPECT_EQ(objects.get(number_of(*keystore, object_of(1, own))), object_of(1, own));
    EXPECT_EQ(objects.get(number_of(*keystore, other)), other);
    EXPECT_EQ(objects.get(number_of(*keystore, third)), third);
    EXPECT_EQ(*objects.merge(other), other);
    EXPECT_EQ(*objects.merge(third), third);
    EXPECT_EQ(*objects.merge(object_of(1, own)), object_of(1, own));
    EXPECT_EQ(objects.count(own.study), 1u);
    objects.for_each(own.study, [&](const record::Object& object) { EXPECT_EQ(object, object_of(1, own)); });
    // Nobody else has a right to an own id.
    third.kc = digest_of(10);
    EXPECT_EQ(kind_of_error([&] { (void)objects.merge(third); }), ErrorKind::input);

    // Where each is stored is remembered apart.
    const StoredPayload stored{record::name_of(other), "bafkother"};
    Targets targets(*keystore);
    targets.mark("store:/a", std::span(&stored, 1));
    EXPECT_TRUE(targets.stored(stored, "store:/a"));
    EXPECT_FALSE(targets.stored({object_name(1), "bafkother"}, "store:/a"));
    EXPECT_FALSE(objects.get(id_of(1))->payload.cid);
    EXPECT_FALSE(targets.is_kept(id_of(1)));
}

// Whoever was granted a study's secret can forge an object of it, kc and all, and grant that first.
TEST_F(MergeTest, WhatEachIssuerGrantedIsAnObjectOfItsOwn) {
    Objects objects(*keystore);
    const StudyForWriting forgers = receive(*keystore, id_of(500), 9, 1, "fp-m");
    const StudyForWriting theirs = receive(*keystore, id_of(500), 9);
    record::Object genuine = object_of(1, theirs);
    genuine.payload = {77, std::nullopt, "bafkgenuine"};
    genuine.sealed.reset();
    genuine.sealed_sha256 = digest_of(1);
    record::Object forged = genuine;
    forged.payload = {78, std::nullopt, "bafkforged"};
    const std::int64_t first = objects.receive(forged, name_of(forgers, "fp-m"));
    const std::int64_t second = objects.receive(genuine, name_of(theirs));
    EXPECT_NE(first, second);
    EXPECT_EQ(objects.receive(genuine, name_of(theirs)), second);
    EXPECT_EQ(kind_of_error([&] { objects.receive(forged, name_of(theirs)); }), ErrorKind::input);

    EXPECT_EQ(*objects.merge(forged), forged);
    EXPECT_EQ(*objects.merge(genuine), genuine);
    const auto held = objects.candidates_for(genuine);
    ASSERT_EQ(held.size(), 1u);
    EXPECT_EQ(held[0].number, second);
    EXPECT_EQ(held[0].study, name_of(theirs));
    EXPECT_EQ(held[0].record, genuine);
    EXPECT_EQ(objects.candidates_for(forged).at(0).study, name_of(theirs, "fp-m"));
    record::Object of_neither = genuine;
    of_neither.payload.cid = "bafkforged";
    std::string message;
    EXPECT_EQ(kind_of_error([&] { (void)objects.merge(of_neither); }, &message), ErrorKind::input);
    EXPECT_EQ(kind_of_error([&] { (void)objects.candidates_for(of_neither); }), ErrorKind::input);
    EXPECT_EQ(message, "the record's payload.size is not what the keystore knows");

    Targets targets(*keystore);
    const StoredPayload stored = stored_payload(genuine);
    targets.mark("store:/a", std::span(&stored, 1));
    EXPECT_TRUE(targets.stored(stored, "store:/a"));
    EXPECT_FALSE(targets.stored(stored_payload(forged), "store:/a"));
    EXPECT_TRUE(targets.of(stored_payload(forged)).empty());
}

// Whoever hands on what is genuine grants the same object: any of the two serves, and their payload is one.
TEST_F(MergeTest, OneObjectOfTwoIssuersHasOnePayload) {
    Objects objects(*keystore);
    const StudyForWriting theirs = receive(*keystore, id_of(500), 9);
    (void)receive(*keystore, id_of(500), 9, 1, "fp-m");
    record::Object record = object_of(1, theirs);
    record.sealed.reset();
    record.payload = {77, std::nullopt, "bafkgenuine"};
    objects.receive(record, name_of(theirs, "fp-m"));
    objects.receive(record, name_of(theirs));
    const auto held = objects.candidates_for(record);
    ASSERT_EQ(held.size(), 2u);
    EXPECT_NE(held[0].study.issuer, held[1].study.issuer);
    EXPECT_EQ(*objects.merge(record), record);

    Targets targets(*keystore);
    const StoredPayload stored = stored_payload(record);
    EXPECT_TRUE(targets.add_missing("store:/a", stored));
    EXPECT_EQ(targets.count_missing("store:/a"), 2u);
    targets.mark("store:/a", std::span(&stored, 1));
    EXPECT_FALSE(targets.is_missing(stored));
    EXPECT_EQ(targets.of(stored), std::vector<std::string>{"store:/a"});
}

}  // namespace
}  // namespace msh::keystore::test
