#include "record/merge.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "sample.hpp"

namespace msh::record {
namespace {

using Names = std::vector<std::string_view>;

// With the hash in place of the sealed box.
Object granted() {
    Object object = full();
    object.sealed_sha256 = crypto::sha256(*object.sealed);
    object.sealed.reset();
    return object;
}

TEST(Merge, ARecordFromOutsideAddsButNeverChanges) {
    Object known = sample();
    EXPECT_TRUE(add_missing(known, full()));
    EXPECT_EQ(known, full());
    EXPECT_FALSE(add_missing(known, full()));
}

TEST(Merge, FindsTheMemberThatDisagrees) {
    const struct {
        const char* member;
        std::function<void(Object&)> change;
    } cases[] = {
        {"id", [](Object& object) { object.id[0] ^= 1; }},
        {"study", [](Object& object) { object.study[0] ^= 1; }},
        {"epoch", [](Object& object) { object.epoch = 4; }},
        {"profile", [](Object& object) { object.profile = "identified"; }},
        {"payload.size", [](Object& object) { object.payload.size = 1; }},
        {"kc", [](Object& object) { object.kc[0] ^= 1; }},
        {"about", [](Object& object) { object.about[0] ^= 1; }},
        {"sealed", [](Object& object) { object.sealed = Bytes{1}; }},
        {"sealed", [](Object& object) { object.sealed.reset(), object.sealed_sha256 = Digest{1}; }},
        {"payload.cid", [](Object& object) { object.payload.cid = "bafkreiother"; }},
        {"replaces", [](Object& object) { object.replaces = Digest{1}; }},
        {"original.size", [](Object& object) { object.original->size = 6; }},
        {"original.cid", [](Object& object) { object.original->cid = "bafkreiother"; }},
        {"anchor", [](Object& object) { object.anchor->origin = "example.org/other"; }},
        {"anchor", [](Object& object) { object.anchor->index = 8; }},
        {"anchor", [](Object& object) { object.anchor->salt[0] ^= 1; }},
    };
    for (const auto& [member, change] : cases) {
        Object other = full();
        change(other);
        EXPECT_EQ(disagreement(full(), other), member);
        Object known = full();
        EXPECT_THROW(add_missing(known, other), Error) << member;
        EXPECT_EQ(known, full()) << member;
    }
}

TEST(Merge, PathsAndProofAreNotCompared) {
    Object other = full();
    other.payload.path = "/elsewhere";
    other.original->path = "/elsewhere/original";
    other.anchor->proof = Bytes{2};
    EXPECT_EQ(disagreement(full(), other), std::nullopt);
    EXPECT_TRUE(missing_members(full(), other).empty());
    Object known = full();
    EXPECT_FALSE(add_missing(known, other));
    EXPECT_EQ(known, full());

    known = sample();
    EXPECT_TRUE(add_missing(known, other));
    EXPECT_EQ(known.payload.path, "/spool/x");
    EXPECT_EQ(known.original, full().original);
    known.anchor->proof.reset();
    EXPECT_TRUE(missing_members(known, full()).empty());
    EXPECT_TRUE(add_missing(known, full()));
    EXPECT_EQ(known, full());
}

TEST(Merge, ASealedBoxAndItsHashAgree) {
    EXPECT_EQ(disagreement(full(), granted()), std::nullopt);
    Object known = granted();
    EXPECT_TRUE(missing_members(known, full()).empty());
    EXPECT_TRUE(add_missing(known, full()));
    EXPECT_EQ(known, full());
    EXPECT_FALSE(add_missing(known, granted()));
    EXPECT_EQ(known, full());
}

TEST(Merge, NamesWhatIsMissing) {
    Object known = sample();
    known.sealed.reset();
    EXPECT_EQ(missing_members(known, full()), (Names{"sealed", "payload.cid", "replaces", "original", "anchor"}));
    EXPECT_EQ(missing_members(known, granted()), (Names{"sealed", "payload.cid", "replaces", "original", "anchor"}));
    EXPECT_TRUE(missing_members(full(), known).empty());
    known = full();
    known.original->cid.reset();
    EXPECT_EQ(missing_members(known, full()), Names{"original.cid"});
}

}  // namespace
}  // namespace msh::record
