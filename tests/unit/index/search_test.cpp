// Segments built and searched, against a plain map.
#include "index/search.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "index_support.hpp"
#include "support/temporary_folder.hpp"

namespace msh::index::test {
namespace {

class IndexSearch : public ::testing::Test {
  protected:
    // Builds the documents and compares every keyword, many absent ones, and random pairs.
    void expect_right(const std::vector<Document>& documents, const Placement& placement = {}) {
        const SegmentInfo info = builder_of(documents).build(folder_.path(), placement);
        const Segment segment = open_segment(folder_.path(), info);
        const Oracle oracle = oracle_of(documents);
        for (const auto& [keyword, objects] : oracle) {
            const auto found = find(segment, {{keyword.first, keyword.second}});
            ASSERT_EQ(found.size(), objects.size());
            ASSERT_EQ(as_set(found), objects);
        }
        for (int i = 0; i < 50; ++i) {
            EXPECT_TRUE(find(segment, {{"field0", "absent" + std::to_string(i)}}).empty());
            EXPECT_TRUE(find(segment, {{"nofield" + std::to_string(i), "0"}}).empty());
        }
        expect_right_pairs(segment, oracle);
    }

    static std::vector<Id> find(const Segment& segment, const std::vector<Term>& terms) {
        return search(segment, test_keys(), terms);
    }

    msh::test::TemporaryFolder folder_;

  private:
    static void expect_right_pairs(const Segment& segment, const Oracle& oracle) {
        std::mt19937 random(3);
        std::vector<Oracle::value_type> all(oracle.begin(), oracle.end());
        for (int i = 0; i < 100 && !all.empty(); ++i) {
            const auto& [a, objects_a] = all[random() % all.size()];
            const auto& [b, objects_b] = all[random() % all.size()];
            std::set<Id> both;
            std::ranges::set_intersection(objects_a, objects_b, std::inserter(both, both.end()));
            ASSERT_EQ(as_set(find(segment, {{a.first, a.second}, {b.first, b.second}})), both);
        }
    }
};

TEST_F(IndexSearch, OneDocument) {
    expect_right({{id_of(1), {{"a", "1"}, {"a", "2"}, {"b", "1"}}}});
}

TEST_F(IndexSearch, OneDocumentWithoutTerms) {
    expect_right({{id_of(1), {}}});
}

TEST_F(IndexSearch, EmptyAndBinaryValues) {
    expect_right({{id_of(1), {{"a", ""}, {"b", std::string("\0\n\xff", 3)}}}, {id_of(2), {{"b", ""}}}});
}

TEST_F(IndexSearch, TermsGivenTwiceCountOnce) {
    expect_right({{id_of(1), {{"a", "1"}, {"a", "1"}, {"a", "1"}}}, {id_of(2), {{"a", "1"}, {"a", "1"}}}});
}

TEST_F(IndexSearch, AFieldAndAValueAreNotRunTogether) {
    expect_right({{id_of(1), {{"ab", "c"}}}, {id_of(2), {{"a", "bc"}}}, {id_of(3), {{"abc", ""}}}});
}

TEST_F(IndexSearch, AllShareAllValues) {
    for (const std::uint32_t count : {2U, 16U, 17U, 255U, 256U, 1000U})
        expect_right(documents_with(count, {1, 1, 1}, 1));
}

TEST_F(IndexSearch, AllValuesDiffer) {
    expect_right(documents_with(2000, {1U << 30, 1U << 30, 1U << 30}, 2));
}

TEST_F(IndexSearch, ManyLengths) {
    expect_right(documents_with(3000, {1, 2, 3, 5, 10, 30, 100, 300, 1000, 3000, 1U << 30}, 3));
}

TEST_F(IndexSearch, ListsOfOwnPages) {
    // A run limit of one slot sends all but the shortest lists to pages, also by way of index pages further down.
    expect_right(documents_with(4000, {1, 2, 10, 100, 1000}, 4), {.run_limit = 1});
}

TEST_F(IndexSearch, RunsAsLongAsABucket) {
    expect_right(documents_with(4000, {2, 8, 8, 8, 50}, 5), {.run_limit = 64});
}

TEST_F(IndexSearch, EveryCountOnItsOwn) {
    std::vector<Document> documents(600);
    for (std::uint32_t i = 0; i < documents.size(); ++i) {
        documents[i].object = id_of(i);
        for (std::uint32_t list = i; list < documents.size(); ++list) {
            if (list % 7 == 0) documents[i].terms.push_back({"count", std::to_string(list + 1)});
        }
    }
    expect_right(documents);
}

TEST_F(IndexSearch, MoreThan65536DocumentsAndIndexPages) {
    const std::uint32_t count = 150000;
    SegmentBuilder builder(test_keys(), {}, 1);
    std::set<Id> every_third;
    for (std::uint32_t i = 0; i < count; ++i) {
        builder.add(id_of(i), std::vector<Term>{{"all", "yes"}, {"third", i % 3 == 0 ? "yes" : "no"}});
        if (i % 3 == 0) every_third.insert(id_of(i));
    }
    const SegmentInfo info = builder.build(folder_.path());
    const Segment segment = open_segment(folder_.path(), info);
    const Token token = token_for(info, {"all", "yes"});
    const Evaluation answer = evaluate(segment, token.k1);
    EXPECT_GT(answer.shape->index_pages, 0U);
    EXPECT_EQ(open_list(info, answer, token.k2).size(), count);
    EXPECT_EQ(as_set(find(segment, {{"all", "yes"}, {"third", "yes"}})), every_third);
}

TEST_F(IndexSearch, AnOverflowIsBuiltAgain) {
    // A hundred percent cannot be reached by two choices; the result must be larger, and right.
    const auto documents = documents_with(3000, {1U << 30, 1U << 30}, 6);
    const SegmentInfo info = builder_of(documents).build(folder_.path(), {.load = 100});
    EXPECT_GT(info.placement.buckets, (2 * 3000 + slots_a_page - 1) / slots_a_page);
    EXPECT_EQ(segments_in(folder_.path()), std::vector<SegmentId>{info.id});
    expect_right(documents, {.load = 100});
}

TEST_F(IndexSearch, AQueryNeedsATerm) {
    const SegmentInfo info = builder_of(documents_with(3, {2}, 1)).build(folder_.path());
    const Segment segment = open_segment(folder_.path(), info);
    EXPECT_THROW((void)find(segment, {}), Error);
}

TEST_F(IndexSearch, ListsOfOneClassTouchAsManyPages) {
    std::vector<Document> documents(4000);
    for (std::uint32_t i = 0; i < documents.size(); ++i) {
        documents[i].object = id_of(i);
        for (std::uint32_t count : {1U, 3U, 9U, 20U, 100U, 128U, 1500U, 2000U, 2500U, 3999U}) {
            if (i < count) documents[i].terms.push_back({"count", std::to_string(count)});
        }
    }
    const SegmentInfo info = builder_of(documents).build(folder_.path());
    const Segment segment = open_segment(folder_.path(), info);
    const auto answer = [&](std::uint32_t count) {
        return evaluate(segment, token_for(info, {"count", std::to_string(count)}).k1);
    };
    const auto same = [&](std::uint32_t a, std::uint32_t b) {
        const Evaluation first = answer(a), second = answer(b);
        EXPECT_EQ(first.shape->size_class, second.shape->size_class) << a << " and " << b;
        EXPECT_EQ(first.pages.size(), second.pages.size());
        ASSERT_EQ(first.parts.size(), second.parts.size());
        EXPECT_EQ(first.parts[0].bytes.size(), second.parts[0].bytes.size());
    };
    same(1, 3);
    same(1, 9);
    same(100, 128);
    same(1500, 2000);
    same(2500, 3999);
    EXPECT_EQ(evaluate(segment, token_for(info, {"count", "none"}).k1).pages.size(), 2U);
    EXPECT_EQ(answer(1).pages.size(), 2U);
}

}  // namespace
}  // namespace msh::index::test
