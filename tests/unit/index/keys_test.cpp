#include "index/keys.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "base/encoding.hpp"
#include "index_support.hpp"

namespace msh::index {
namespace {

SegmentId counted_id() {
    SegmentId id{};
    for (std::size_t i = 0; i < id.size(); ++i)
        id[i] = static_cast<std::uint8_t>(64 + i);
    return id;
}

std::string hex(const Key& key) {
    return to_hex(key.view());
}

// Computed by a separate program from the header's words.
TEST(IndexKeys, AreThoseOfTheDescription) {
    const Keys keys = test::test_keys();
    const Key secret = field_secret(keys.epoch, "PatientName");
    EXPECT_EQ(hex(secret), "4dc94a5e161803091999dab4a75266f21a24e271078f64db29c46d66b6488988");
    const Key field = field_key(secret, counted_id());
    EXPECT_EQ(hex(field), "c6069024a960d70c4c5518bf3f64c1f44550afa301d26f8265414503f3d97d56");
    const Token token = keyword_token(field, "m\u00fcller^j");
    EXPECT_EQ(hex(token.k1), "7701d56ec09bb6a214b120bb5255ffe4dc9944efd4e92c45752e6331ab5be8ae");
    EXPECT_EQ(hex(token.k2), "593f5cc4f28f4af07577e26fc7b7b539f846b46f72ff66f6e379461c8046b105");
    EXPECT_EQ(hex(pages_key(token.k1)), "3f77fe35eaf37febaedb1b69ce60570d00da248f1c40ebe44735dc9718e35cd7");
    EXPECT_EQ(hex(table_key(keys.documents, counted_id())),
              "1a067f247da15c88619cdff7ae0acebbc116981a52e329f81d0aeef3cb94f9f0");
    const Locator locator = locate(token.k1, 1000);
    EXPECT_EQ(to_hex(locator.label), "45c8d6d65df2ae8f26997f6d9325a556");
    EXPECT_EQ(locator.first, 631U);
    EXPECT_EQ(locator.second, 515U);
    EXPECT_EQ(to_hex(locator.mask), "e69d0949");
    EXPECT_EQ(to_hex(nonce_of(0x01020304, 5)), "010203040000000500000000");
}

TEST(IndexKeys, CandidatesDifferAndStayInRange) {
    for (const std::uint32_t buckets : {2U, 3U, 7U, 1000U}) {
        std::set<std::uint32_t> met;
        for (std::uint8_t i = 0; i < 200; ++i) {
            const Locator locator = locate(test::key_from(i), buckets);
            EXPECT_NE(locator.first, locator.second);
            EXPECT_LT(locator.first, buckets);
            EXPECT_LT(locator.second, buckets);
            met.insert({locator.first, locator.second});
        }
        EXPECT_GE(met.size(), std::min(buckets, 200U));
    }
}

}  // namespace
}  // namespace msh::index
