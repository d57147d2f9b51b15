#include "keystore/targets.hpp"

#include "fixture.hpp"

namespace msh::keystore {
namespace {

using namespace test;

class TargetsTest : public OwnStudyTest {
  protected:
    void SetUp() override {
        OwnStudyTest::SetUp();
        commit(*keystore, own, 1, 600);
    }

    [[nodiscard]] static StoredPayload payload(std::uint64_t number) {
        return {object_name(number), "bafk" + std::to_string(number)};
    }

    [[nodiscard]] std::vector<Id> missing(std::string_view target) {
        std::vector<Id> ids;
        Targets targets(*keystore);
        for (std::int64_t after = 0;;) {
            const std::size_t before = ids.size();
            after =
                targets.read_missing(target, after, [&](const record::Object& object) { ids.push_back(object.id); });
            if (ids.size() == before) return ids;
        }
    }

    // An object that an issuer granted, whose payload has the CID of payload(payload_number).
    record::Object receive_object(std::uint64_t number, std::uint64_t payload_number) {
        const StudyForWriting theirs = receive(*keystore, id_of(500'000 + number), 9);
        record::Object object = object_of(number, theirs);
        object.payload = {77, std::nullopt, payload(payload_number).cid};
        Objects(*keystore).receive(object, name_of(theirs));
        return object;
    }
    [[nodiscard]] std::uint64_t rows_of(const std::string& table) {
        db::Query row = keystore->database().query("SELECT count(*) FROM " + table);
        return row.next() ? row.count(0) : 0;
    }
};

TEST_F(TargetsTest, WhatIsMissingIsRememberedUntilItIsStored) {
    Targets targets(*keystore);
    EXPECT_TRUE(targets.add_missing("ipfs:a", payload(1)));
    EXPECT_TRUE(targets.add_missing("ipfs:a", payload(1)));
    EXPECT_TRUE(targets.add_missing("ipfs:b", payload(1)));
    EXPECT_TRUE(targets.add_missing("ipfs:a", payload(2)));
    EXPECT_EQ(targets.count_missing("ipfs:a"), 2U);
    EXPECT_EQ(targets.count_missing("ipfs:c"), 0U);
    EXPECT_EQ(missing("ipfs:a"), (std::vector<Id>{id_of(1), id_of(2)}));
    EXPECT_EQ(Objects(*keystore).get(id_of(2))->payload.cid, "bafk2");
    const StoredPayload first = payload(1);
    targets.mark("ipfs:a", std::span(&first, 1));
    EXPECT_EQ(missing("ipfs:a"), std::vector<Id>{id_of(2)});
    EXPECT_TRUE(targets.is_missing(payload(1)));
    targets.mark("ipfs:b", std::span(&first, 1));
    EXPECT_FALSE(targets.is_missing(payload(1)));
    EXPECT_TRUE(targets.is_missing(payload(2)));
}

TEST_F(TargetsTest, WhatIsMissingIsNotStored) {
    Targets targets(*keystore);
    const StoredPayload first = payload(1);
    targets.mark("ipfs:a", std::span(&first, 1));
    EXPECT_TRUE(targets.add_missing("ipfs:a", first));
    EXPECT_FALSE(targets.stored(first, "ipfs:a"));
}

TEST_F(TargetsTest, WhatIsMissingCanBeGivenUp) {
    Targets targets(*keystore);
    EXPECT_TRUE(targets.add_missing("ipfs:a", payload(1)));
    EXPECT_TRUE(targets.add_missing("ipfs:b", payload(1)));
    targets.forget_missing("ipfs:a", payload(1));
    targets.forget_missing("ipfs:c", payload(1));
    EXPECT_EQ(targets.count_missing("ipfs:a"), 0U);
    EXPECT_EQ(targets.count_missing("ipfs:b"), 1U);
    for (const std::string kept : {"store:/a", "ipfs:https://a"})
        EXPECT_TRUE(is_keeping_target(kept)) << kept;
    for (const std::string other : {"car:/a", "pin-service:https://a"})
        EXPECT_FALSE(is_keeping_target(other)) << other;
}

TEST_F(TargetsTest, OfUnknownObjectsAndOtherCidsNothingIsRemembered) {
    Targets targets(*keystore);
    EXPECT_FALSE(targets.add_missing("ipfs:a", payload(7000)));
    EXPECT_TRUE(targets.add_missing("ipfs:a", payload(1)));
    EXPECT_THROW((void)targets.add_missing("ipfs:b", {object_name(1), "bafk2"}), Error);
    EXPECT_FALSE(targets.is_missing(payload(7000)));
    EXPECT_EQ(targets.count_missing("ipfs:b"), 0U);
}

TEST_F(TargetsTest, ManyAreReadInParts) {
    Targets targets(*keystore);
    std::vector<Id> wanted;
    Transaction transaction(*keystore);
    for (std::uint64_t i = 1; i <= 600; ++i) {
        EXPECT_TRUE(targets.add_missing("ipfs:a", payload(i)));
        wanted.push_back(id_of(i));
    }
    transaction.commit();
    EXPECT_EQ(missing("ipfs:a"), wanted);
}

TEST_F(TargetsTest, TwoObjectsWithOneCidAreStoredTogether) {
    Targets targets(*keystore);
    const StoredPayload first = payload(1);
    targets.mark("store:/a", std::span(&first, 1));
    const StoredPayload same = stored_payload(receive_object(7000, 1));
    EXPECT_TRUE(targets.stored(same, "store:/a"));
    EXPECT_EQ(targets.of(same), std::vector<std::string>{"store:/a"});
    targets.mark("store:/b", std::span(&same, 1));
    EXPECT_TRUE(targets.stored(first, "store:/b"));
    EXPECT_EQ(rows_of("stored"), 2U);
    // An object that nobody knows, or whose payload is not known to have this CID, is not stored anywhere.
    EXPECT_FALSE(targets.stored({object_name(8000), first.cid}, "store:/a"));
    EXPECT_FALSE(targets.stored({object_name(2), first.cid}, "store:/a"));
    EXPECT_TRUE(targets.of({object_name(2), first.cid}).empty());
    EXPECT_FALSE(targets.is_kept(id_of(2)));
}

TEST_F(TargetsTest, TwoObjectsWithOneCidAreMissingTogether) {
    Targets targets(*keystore);
    const StoredPayload same = stored_payload(receive_object(7000, 1));
    EXPECT_TRUE(targets.add_missing("ipfs:a", payload(1)));
    EXPECT_TRUE(targets.add_missing("ipfs:a", same));
    EXPECT_TRUE(targets.add_missing("ipfs:a", payload(2)));
    EXPECT_TRUE(targets.is_missing(same));
    EXPECT_EQ(rows_of("missing"), 2U);
    EXPECT_EQ(missing("ipfs:a"), (std::vector<Id>{id_of(1), id_of(7000), id_of(2)}));
    targets.mark("ipfs:a", std::span(&same, 1));
    EXPECT_FALSE(targets.is_missing(payload(1)));
    EXPECT_EQ(missing("ipfs:a"), std::vector<Id>{id_of(2)});
}

TEST_F(TargetsTest, ManyObjectsWithOneCidFillAPartAtMost) {
    Targets targets(*keystore);
    Transaction transaction(*keystore);
    for (std::uint64_t i = 0; i < 300; ++i)
        (void)receive_object(7000 + i, 1);
    for (const std::uint64_t number : {1, 2})
        EXPECT_TRUE(targets.add_missing("ipfs:a", payload(number)));
    transaction.commit();
    std::vector<Id> part;
    const auto note = [&](const record::Object& object) { part.push_back(object.id); };
    std::int64_t after = targets.read_missing("ipfs:a", 0, note);
    ASSERT_EQ(part.size(), 256U);
    EXPECT_EQ(part.front(), id_of(1));
    part.clear();
    after = targets.read_missing("ipfs:a", after, note);
    EXPECT_EQ(part, std::vector<Id>{id_of(2)});
    EXPECT_EQ(targets.read_missing("ipfs:a", after, note), after);
}

TEST_F(TargetsTest, OneCidInTwoTargets) {
    Targets targets(*keystore);
    const StoredPayload first = payload(1);
    targets.mark("store:/a", std::span(&first, 1));
    targets.mark("store:/b", std::span(&first, 1));
    EXPECT_EQ(targets.of(first), (std::vector<std::string>{"store:/a", "store:/b"}));
    EXPECT_TRUE(targets.add_missing("store:/a", first));
    EXPECT_EQ(targets.of(first), std::vector<std::string>{"store:/b"});
    EXPECT_TRUE(targets.is_kept(id_of(1)));
    EXPECT_TRUE(targets.add_missing("store:/b", first));
    EXPECT_FALSE(targets.is_kept(id_of(1)));
    targets.forget_missing("store:/a", first);
    EXPECT_EQ(missing("store:/b"), std::vector<Id>{id_of(1)});
}

TEST_F(TargetsTest, WhatIsStoredIsForgottenWithTheLastObjectThatHasIt) {
    Targets targets(*keystore);
    const std::vector<StoredPayload> both = {payload(1), payload(2)};
    targets.mark("store:/a", both);
    EXPECT_TRUE(targets.add_missing("ipfs:b", payload(1)));
    EXPECT_TRUE(targets.add_missing("ipfs:b", payload(2)));
    EXPECT_TRUE(shred(*keystore, receive_object(7000, 1).study, key_of(2), tombstones()));
    EXPECT_EQ(rows_of("stored"), 2U);
    EXPECT_EQ(rows_of("missing"), 2U);
    const record::Object granted = receive_object(7001, 1);
    EXPECT_TRUE(shred(*keystore, own.study, key_of(3), tombstones()));
    EXPECT_TRUE(targets.stored(stored_payload(granted), "store:/a"));
    EXPECT_TRUE(targets.is_missing(stored_payload(granted)));
    EXPECT_EQ(rows_of("stored"), 1U);
    EXPECT_EQ(rows_of("missing"), 1U);
}

// Nothing stores originals yet: the tables have place for them.
TEST_F(TargetsTest, OtherRolesOfACidAreKeptApart) {
    Targets targets(*keystore);
    EXPECT_TRUE(targets.add_missing("ipfs:a", payload(1)));
    EXPECT_TRUE(targets.add_missing("ipfs:b", payload(1)));
    const StoredPayload second = payload(2);
    targets.mark("ipfs:a", std::span(&second, 1));
    for (const char* table : {"stored", "missing"}) {
        keystore->database().run(std::string("INSERT INTO ") + table +
                                 " (cid, target, role) SELECT cid, target, 'original' FROM missing");
    }
    const StoredPayload first = payload(1);
    EXPECT_FALSE(targets.stored(first, "ipfs:a"));
    EXPECT_TRUE(targets.of(first).empty());
    EXPECT_FALSE(targets.is_kept(id_of(1)));
    targets.for_each_stored("ipfs:b", [](const KnownPayload&) { FAIL(); });
    EXPECT_EQ(targets.count_missing("ipfs:a"), 1U);
    EXPECT_EQ(missing("ipfs:a"), std::vector<Id>{id_of(1)});
    targets.forget_missing("ipfs:a", first);
    targets.mark("ipfs:b", std::span(&first, 1));
    EXPECT_FALSE(targets.is_missing(first));
    EXPECT_TRUE(missing("ipfs:a").empty());
    EXPECT_EQ(rows_of("missing WHERE role = 'original'"), 2U);
    EXPECT_TRUE(targets.add_missing("ipfs:b", first));
    EXPECT_EQ(rows_of("stored WHERE role = 'original'"), 2U);
}

}  // namespace
}  // namespace msh::keystore
