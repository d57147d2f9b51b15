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

}  // namespace
}  // namespace msh::keystore
