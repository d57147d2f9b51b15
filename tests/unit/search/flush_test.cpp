// The index under one normaliser and then under another: what the sealed boxes hold is indexed anew.
#include "search/flush.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "custodian/opening.hpp"
#include "index/folder.hpp"
#include "index/search.hpp"
#include "index/segment.hpp"
#include "keystore/index_state.hpp"
#include "keystore/objects.hpp"
#include "search/documents.hpp"
#include "search/own_manifest.hpp"
#include "unit/search/keystore_support.hpp"

namespace msh::search {
namespace {

// Takes values as they are, of one attribute.
Normaliser verbatim(const std::string& tag, std::uint32_t version) {
    return {"verbatim " + tag, version, [tag](std::string_view given, std::string_view value) {
                std::vector<terms::Term> terms;
                if (given == tag) terms.push_back({"field", std::string(value)});
                return terms;
            }};
}

class FlushTest : public KeystoreTest {
  protected:
    void flush_all(const Normaliser& normaliser) { EXPECT_TRUE(flush_index(*keystore, home, normaliser).empty()); }

    void buffer(const Id& id, const Normaliser& normaliser) {
        const auto record = keystore::Objects(*keystore).get(id).value();
        const Bytes terms = pack_terms(terms_of(custodian::open_sealed(*keystore, record), normaliser), normaliser);
        const keystore::Document document{id, terms};
        EXPECT_EQ(keystore::IndexState(*keystore).buffer({&document, 1}), 1U);
    }

    std::size_t found(const std::string& value) {
        std::size_t count = 0;
        const auto manifest = own_manifest(*keystore, home);
        for (const index::SegmentInfo& info : manifest.value().manifest.segments) {
            const index::Segment segment = index::open_segment(home.index(), info);
            const terms::Term term{"field", value};
            count += index::search(segment, index_keys(*keystore), {&term, 1}).size();
        }
        return count;
    }

    // As if its box had opened then.
    Id add_damaged(const Normaliser& normaliser) {
        const Id id = add_object(false);
        const terms::Term term{"field", "OLD"};
        const Bytes terms = pack_terms({&term, 1}, normaliser);
        const keystore::Document document{id, terms};
        EXPECT_EQ(keystore::IndexState(*keystore).buffer({&document, 1}), 1U);
        return id;
    }

    // That this alone is not indexed, and waits.
    void expect_left(const std::vector<NotIndexed>& failures, const Id& damaged) {
        ASSERT_EQ(failures.size(), 1U);
        EXPECT_EQ(failures[0].object, damaged);
        EXPECT_EQ(failures[0].why.kind(), ErrorKind::input);
        EXPECT_EQ(keystore::IndexState(*keystore).state(damaged).state, keystore::Indexed::State::buffered);
        EXPECT_EQ(keystore::IndexState(*keystore).buffered(), 1U);
    }
};

TEST_F(FlushTest, PseudonymsAreTermsAsOriginalsAre) {
    const auto record = keystore::Objects(*keystore).get(add_object()).value();
    const std::vector<terms::Term> expected{{"field", "4711"}, {"field", "PSEUDONYM"}};
    EXPECT_EQ(terms_of(custodian::open_sealed(*keystore, record), verbatim("00100020", 1)), expected);
    EXPECT_EQ(unpack_terms(pack_terms(expected, verbatim("00100020", 1))), expected);
    EXPECT_TRUE(terms_of(custodian::open_sealed(*keystore, record), verbatim("00081030", 1)).empty());
}

TEST_F(FlushTest, AnotherNormaliserFindsWhatIsInSegmentsAndInTheBuffer) {
    const Normaliser names = verbatim("00100010", 1);
    const Normaliser numbers = verbatim("00100020", 1);
    buffer(add_object(), names);
    flush_all(names);
    EXPECT_EQ(found("Roe"), 1U);
    EXPECT_EQ(found("4711"), 0U);
    buffer(add_object(), names);
    flush_all(numbers);
    EXPECT_EQ(found("Roe"), 0U);
    EXPECT_EQ(found("4711"), 2U);
    EXPECT_EQ(found("PSEUDONYM"), 2U);
    EXPECT_EQ(own_manifest(*keystore, home).value().manifest.segments.size(), 1U);
    // The version alone says so, too; and without a change nothing is made anew.
    flush_all(verbatim("00100020", 2));
    EXPECT_EQ(found("4711"), 2U);
    const auto before = own_manifest(*keystore, home).value().manifest.segments;
    EXPECT_EQ(before.at(0).normaliser, 2U);
    flush_all(verbatim("00100020", 2));
    EXPECT_EQ(own_manifest(*keystore, home).value().manifest.segments, before);
}

TEST_F(FlushTest, ABoxThatDoesNotOpenIsNamedAndAllOthersAreIndexed) {
    const Normaliser names = verbatim("00100010", 1);
    const Normaliser numbers = verbatim("00100020", 1);
    buffer(add_object(), names);
    const Id damaged = add_damaged(names);
    buffer(add_object(), names);
    flush_all(names);
    EXPECT_EQ(found("OLD"), 1U);
    // Its segment is taken apart; what comes later is indexed, too.
    expect_left(flush_index(*keystore, home, numbers), damaged);
    EXPECT_EQ(found("4711"), 2U);
    EXPECT_EQ(found("OLD"), 0U);
    buffer(add_object(), numbers);
    expect_left(flush_index(*keystore, home, numbers), damaged);
    EXPECT_EQ(found("4711"), 3U);
    std::filesystem::remove(home.index() / "manifest");
    expect_left(flush_index(*keystore, home, numbers), damaged);
    EXPECT_EQ(found("4711"), 3U);
    // No segment is made of nothing.
    const auto before = own_manifest(*keystore, home).value().manifest.segments;
    expect_left(flush_index(*keystore, home, numbers), damaged);
    EXPECT_EQ(own_manifest(*keystore, home).value().manifest.segments, before);
}

TEST_F(FlushTest, ABoxThatDoesNotOpenIsNamedFromTheBufferToo) {
    const Id damaged = add_damaged(verbatim("00100010", 1));
    buffer(add_object(), verbatim("00100010", 1));
    expect_left(flush_index(*keystore, home, verbatim("00100020", 1)), damaged);
    EXPECT_EQ(found("4711"), 1U);
}

}  // namespace
}  // namespace msh::search
