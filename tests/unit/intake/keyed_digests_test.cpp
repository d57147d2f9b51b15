#include "intake/keyed_digests.hpp"

#include <gtest/gtest.h>
#include <set>

#include "base/encoding.hpp"

namespace msh::intake {
namespace {

const Key key(std::span<const std::uint8_t, 32>(std::array<std::uint8_t, 32>{1, 2, 3}));
const Key other_key(std::span<const std::uint8_t, 32>(std::array<std::uint8_t, 32>{4}));

// Keystores hold these: another value would encrypt every file anew. HMAC-SHA256, computed with Python's hmac.
TEST(KeyedDigests, StayTheSame) {
    const KeyedDigests digests(key, "basic");
    EXPECT_EQ(to_hex(digests.hint("1.2.3", 1000)), "ce99f8694d740e44613589d24fc916f368d8db5daf4485386ed30d8816d86167");
    EXPECT_EQ(to_hex(digests.file("1.2.3", Digest{7})),
              "cad643bd5cb8fc4766d2805d7438e425314ebefed72f1f6b572a75ab38b8ce89");
    EXPECT_EQ(to_hex(digests.study("1.2")), "fd54f0368269b8a1a772b59052b3531bfe8c5ad5b7586784ba6a918d77d61c57");
    EXPECT_EQ(to_hex(digests.refusal(Digest{7}, 1000)),
              "38ff05d8b36ecd87f596647731cad0ca21ea533dfc47e83252b9e35ffcfd9ce2");
}

TEST(KeyedDigests, TellUsesKeysProfilesAndPartsApart) {
    std::set<Digest> all;
    std::size_t count = 0;
    const auto add = [&](const Digest& digest) {
        all.insert(digest);
        ++count;
    };
    for (const Key* const by : {&key, &other_key}) {
        for (const char* const profile : {"basic", "identified"}) {
            const KeyedDigests digests(*by, profile);
            for (const char* const uid : {"1.2", "1.21"}) {
                add(digests.study(uid));
                add(digests.hint(uid, 1));
                add(digests.hint(uid, 11));
                add(digests.file(uid, Digest{1}));
                add(digests.file(uid, Digest{2}));
            }
            add(digests.refusal(Digest{1}, 1));
            add(digests.refusal(Digest{1}, 2));
            add(digests.refusal(Digest{2}, 1));
        }
    }
    EXPECT_EQ(all.size(), count);
}

}  // namespace
}  // namespace msh::intake
