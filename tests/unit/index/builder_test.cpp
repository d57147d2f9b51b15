// What a segment gives away, what an interrupted build leaves behind, and the limits of the builder.
#include "index/builder.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/temporary_file.hpp"
#include "index/segment_writer.hpp"
#include "index_support.hpp"
#include "support/temporary_folder.hpp"

namespace msh::index::test {
namespace {

class IndexBuilder : public ::testing::Test {
  protected:
    [[nodiscard]] std::size_t files() const {
        const std::filesystem::directory_iterator all(folder_.path());
        return static_cast<std::size_t>(
            std::count_if(begin(all), end(all), [](const auto& entry) { return entry.path().filename() != ".lock"; }));
    }

    [[nodiscard]] Bytes sealed_pages(const SegmentInfo& info) const {
        Bytes bytes = *read_file(segment_path(folder_.path(), info.id), std::size_t{1} << 26);
        bytes.resize(std::size_t{info.pages()} * page_size);
        bytes.erase(bytes.begin(), bytes.begin() + page_size);  // the header is public
        return bytes;
    }

    msh::test::TemporaryFolder folder_;
};

template <typename Action>
void expect_kind(ErrorKind kind, const Action& action) {
    try {
        action();
        ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind) << error.what();
    }
}

TEST_F(IndexBuilder, DescribesWhatItWrote) {
    const SegmentInfo info = builder_of(documents_with(1000, {3, 1000}, 1)).build(folder_.path());
    EXPECT_EQ(info.documents, 1000U);
    EXPECT_EQ(info.level, 9U);
    EXPECT_EQ(info.placement.tables, 4U);
    EXPECT_EQ(info.configuration, (Digest{1, 2, 3}));
    EXPECT_EQ(info.normaliser, 7U);
    EXPECT_TRUE(info.cid.empty());
    EXPECT_TRUE(is_plausible(info));
    struct stat status {};
    ASSERT_EQ(::stat(segment_path(folder_.path(), info.id).c_str(), &status), 0);
    EXPECT_EQ(static_cast<std::uint64_t>(status.st_size), info.size());
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(segments_in(folder_.path()), std::vector<SegmentId>{info.id});
    EXPECT_EQ(files(), 1U);
}

TEST_F(IndexBuilder, TwoBuildsHaveNothingInCommon) {
    const auto documents = documents_with(500, {1, 4, 500, 500}, 1);
    const SegmentBuilder builder = builder_of(documents);
    const SegmentInfo a = builder.build(folder_.path());
    const SegmentInfo b = builder.build(folder_.path());
    EXPECT_NE(a.id, b.id);
    EXPECT_NE(a.root, b.root);
    // No 16 bytes that begin at a multiple of 4 occur twice, in one file or in both.
    std::set<std::array<std::uint8_t, 16>> met;
    std::size_t windows = 0;
    for (const SegmentInfo& info : {a, b}) {
        const Bytes bytes = sealed_pages(info);
        for (std::size_t at = 0; at + 16 <= bytes.size(); at += 4, ++windows) {
            std::array<std::uint8_t, 16> window{};
            std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), window.size(), window.begin());
            met.insert(window);
        }
    }
    EXPECT_EQ(met.size(), windows);
}

// Chi-square of the bytes over 256 values: 255 on average, with a standard deviation of 22.6. Random bytes exceed 700
// with a probability below 2^-100; a page of zeros or of text exceeds it by far.
TEST_F(IndexBuilder, PagesLookRandom) {
    const auto documents = documents_with(4000, {1, 1, 3, 4000, 1U << 30}, 1);
    const Bytes bytes = sealed_pages(builder_of(documents).build(folder_.path(), {.run_limit = 1}));
    const auto chi_square = [](ByteView view) {
        std::array<double, 256> counts{};
        for (const std::uint8_t byte : view)
            ++counts[byte];
        const double expected = static_cast<double>(view.size()) / 256;
        double sum = 0;
        for (const double count : counts)
            sum += (count - expected) * (count - expected) / expected;
        return sum;
    };
    EXPECT_LT(chi_square(bytes), 700);
    for (std::size_t page = 0; page < bytes.size(); page += page_size) {
        EXPECT_LT(chi_square(ByteView(bytes).subspan(page, page_size)), 700) << page;
    }
}

TEST_F(IndexBuilder, ATrapdoorSaysNothingAboutAnotherSegment) {
    const auto documents = documents_with(200, {2, 50}, 1);
    const SegmentBuilder builder = builder_of(documents);
    const SegmentInfo a = builder.build(folder_.path());
    const SegmentInfo b = builder.build(folder_.path());
    const Segment segment_a = open_segment(folder_.path(), a);
    const Segment segment_b = open_segment(folder_.path(), b);
    for (const auto& [keyword, objects] : oracle_of(documents)) {
        const Token token = token_for(a, {keyword.first, keyword.second});
        EXPECT_TRUE(evaluate(segment_a, token.k1).shape);
        EXPECT_FALSE(evaluate(segment_b, token.k1).shape);
    }
}

TEST_F(IndexBuilder, ATrapdoorDoesNotOpenWhatItFinds) {
    const SegmentInfo info = builder_of(documents_with(50, {2}, 1)).build(folder_.path());
    const Segment segment = open_segment(folder_.path(), info);
    const Token token = token_for(info, {"field0", "0"});
    const Evaluation answer = evaluate(segment, token.k1);
    ASSERT_TRUE(answer.shape);
    expect_kind(ErrorKind::input, [&] { (void)open_list(info, answer, token.k1); });
    const std::vector<std::uint32_t> numbers = open_list(info, answer, token.k2);
    EXPECT_FALSE(numbers.empty());
    expect_kind(ErrorKind::input, [&] { (void)objects_of(segment, test_keys().epoch, numbers); });
    expect_kind(ErrorKind::input, [&] { (void)objects_of(segment, test_keys().documents, std::vector{50U}); });
}

TEST_F(IndexBuilder, DocumentNumbersDoNotFollowTheirOrder) {
    const auto documents = documents_with(1000, {1}, 1);
    const SegmentInfo info = builder_of(documents).build(folder_.path());
    const Segment segment = open_segment(folder_.path(), info);
    const auto objects = search(segment, test_keys(), std::vector<Term>{{"field0", "0"}});
    ASSERT_EQ(objects.size(), documents.size());
    std::size_t in_place = 0;
    for (std::size_t i = 0; i < objects.size(); ++i)
        in_place += objects[i] == documents[i].object ? 1U : 0U;
    EXPECT_LT(in_place, 50U);  // one on average; 50 has a probability below 10^-64
}

TEST_F(IndexBuilder, KeepsItsLimits) {
    SegmentBuilder builder(test_keys(), {}, 1);
    expect_kind(ErrorKind::usage, [&] { (void)builder.build(folder_.path()); });
    builder.add(id_of(1), std::vector<Term>{{std::string(255, 'f'), std::string(65535, 'v')}});
    expect_kind(ErrorKind::input, [&] { builder.add(id_of(1), {}); });
    const auto add = [&](std::string field, std::string value) {
        SegmentBuilder other(test_keys(), {}, 1);
        other.add(id_of(2), std::vector<Term>{{std::move(field), std::move(value)}});
    };
    expect_kind(ErrorKind::input, [&] { add("", "v"); });
    expect_kind(ErrorKind::input, [&] { add(std::string(256, 'f'), "v"); });
    expect_kind(ErrorKind::input, [&] { add("f", std::string(65536, 'v')); });
    EXPECT_EQ(files(), 0U);
    const SegmentInfo info = builder.build(folder_.path());
    const Segment segment = open_segment(folder_.path(), info);
    const std::vector<Term> query{{std::string(255, 'f'), std::string(65535, 'v')}};
    EXPECT_EQ(search(segment, test_keys(), query).size(), 1U);
    expect_kind(ErrorKind::usage, [&] { (void)builder.build(folder_.path(), {.run_limit = 3}); });
    expect_kind(ErrorKind::usage, [&] { (void)builder.build(folder_.path(), {.load = 0}); });
}

TEST_F(IndexBuilder, AFolderThatIsNotThereIsAFailure) {
    const SegmentBuilder builder = builder_of(documents_with(3, {2}, 1));
    expect_kind(ErrorKind::failed, [&] { (void)builder.build(folder_.path() / "none"); });
    expect_kind(ErrorKind::failed, [&] { (void)segments_in(folder_.path() / "none"); });
}

TEST_F(IndexBuilder, AKilledBuildLeavesOnlyWhatIsSwept) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        SegmentWriter writer(folder_.path(), SegmentId{9}, 4);
        writer.put(2, Page{});
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(files(), 1U);
    EXPECT_TRUE(segments_in(folder_.path()).empty());

    const SegmentInfo info = builder_of(documents_with(3, {2}, 1)).build(folder_.path());
    SegmentWriter running(folder_.path(), SegmentId{8}, 4);
    write_file_atomically(folder_.path() / "notes.tmp", {}, 0600);
    write_file_atomically(folder_.path() / ".notes.1.0.tmp", {}, 0600);
    EXPECT_EQ(files(), 5U);
    AtomicFile::sweep(folder_.path(), ".segment");
    EXPECT_EQ(files(), 4U) << "the dead build's file goes, the running one's and strangers stay";
    EXPECT_EQ(segments_in(folder_.path()), std::vector<SegmentId>{info.id});
    for (std::uint32_t page = 0; page < 4; ++page)
        running.put(page, Page{});
    (void)running.finish();
    EXPECT_EQ(segments_in(folder_.path()).size(), 2U);
}

TEST_F(IndexBuilder, KilledAtAnyMomentItLeavesWholeSegmentsOnly) {
    const auto documents = documents_with(300, {3, 300}, 1);
    for (int round = 0; round < 10; ++round) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            while (true)
                (void)builder_of(documents).build(folder_.path());
        }
        ::usleep(static_cast<useconds_t>(1000 * (1 + 7 * round)));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        AtomicFile::sweep(folder_.path(), ".segment");
        for (const SegmentId& id : segments_in(folder_.path())) {
            const auto path = segment_path(folder_.path(), id);
            const Bytes bytes = *read_file(path, std::size_t{1} << 24);
            const SegmentInfo like = builder_of(documents).build(folder_.path());
            EXPECT_EQ(bytes.size(), like.size());
            EXPECT_TRUE(std::equal(id.begin(), id.end(), bytes.begin() + 16));
            std::filesystem::remove(path);
            std::filesystem::remove(segment_path(folder_.path(), like.id));
        }
        EXPECT_EQ(files(), 0U);
    }
}

}  // namespace
}  // namespace msh::index::test
