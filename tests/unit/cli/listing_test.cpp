#include "cli/listing.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "cli/study_listing.hpp"
#include "unit/cli/terminal.hpp"

namespace msh::cli {
namespace {

using Row = std::vector<std::string>;

// What a terminal shows of the rows; the JSON beside them is the empty text.
std::string table(const std::vector<Column>& columns, const std::vector<Row>& rows) {
    Terminal terminal(STDOUT_FILENO);
    if (!terminal.is_there()) return "no terminal";
    Output output(std::nullopt);
    Listing listing(output, columns);
    for (const Row& row : rows)
        listing.add("", row);
    listing.finish();
    return terminal.shown();
}

bool has_terminals() {
    return Terminal(STDOUT_FILENO).is_there();
}

class ListingTest : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!has_terminals()) GTEST_SKIP() << "there are no terminals here";
    }
};

TEST(ListingOfLines, IsJsonWhereNobodyLooks) {
    ::testing::internal::CaptureStdout();
    Output output(std::nullopt);
    Listing listing(output, {{"NUMBER", true}, {"NAME", false, ""}});
    listing.add(R"({"n":1})", {"1", ""});
    listing.add_detail({"", "more"});
    listing.add(R"({"n":2})", {"2", "x"});
    listing.finish();
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "{\"n\":1}\n{\"n\":2}\n");
}

TEST_F(ListingTest, ColumnsAreAsWideAsTheirCells) {
    EXPECT_EQ(table({{"NUMBER", true}, {"NAME"}, {"X"}}, {{"1", "a longer name", "x"}, {"1234567", "b", ""}}),
              " NUMBER  NAME           X\n"
              "      1  a longer name  x\n"
              "1234567  b\n");
}

TEST_F(ListingTest, WithoutARowThereIsNoTitle) {
    EXPECT_EQ(table({{"NUMBER"}}, {}), "");
}

TEST_F(ListingTest, WideAndCombiningCharactersHaveTheirWidths) {
    EXPECT_EQ(table({{"NAME"}, {"X"}}, {{"山田", "x"}, {"a\u0301b", "y"}, {"Müller", "z"}}),
              "NAME    X\n"
              "山田    x\n"
              "a\u0301b      y\n"
              "Müller  z\n");
}

TEST_F(ListingTest, CellsArePrintable) {
    EXPECT_EQ(table({{"NAME"}, {"X"}}, {{"a\n\x1b[2J", "x"}}),
              "NAME        X\n"
              "a\\n\\x1b[2J  x\n");
}

TEST_F(ListingTest, AColumnOfDefaultsIsLeftOut) {
    const std::vector<Column> columns{{"A"}, {"B", false, "usual"}, {"C", true, "1"}};
    EXPECT_EQ(table(columns, {{"x", "usual", "1"}}), "A\nx\n");
    EXPECT_EQ(table(columns, {{"x", "usual", "1"}, {"y", "usual", "2"}}),
              "A  C\n"
              "x  1\n"
              "y  2\n");
}

TEST_F(ListingTest, ALaterRowThatIsNotUsualBringsItsColumn) {
    std::vector<Row> rows(1000, {"x", "usual"});
    rows.push_back({"wider", "other"});
    rows.push_back({"y", "usual"});
    std::string expected = "A\n";
    for (int i = 0; i < 1000; ++i)
        expected += "x\n";
    EXPECT_EQ(table({{"A"}, {"B", false, "usual"}}, rows), expected +
                                                               "A  B\n"
                                                               "wider  other\n"
                                                               "y  usual\n");
}

TEST_F(ListingTest, ADetailSaysNothingByItsEmptyCells) {
    Terminal terminal(STDOUT_FILENO);
    Output output(std::nullopt);
    Listing listing(output, {{"A"}, {"B", false, "usual"}, {"C", false, "usual"}});
    listing.add("", {"x", "usual", "usual"});
    listing.add_detail({"y", "", "other"});
    listing.finish();
    EXPECT_EQ(terminal.shown(),
              "A  C\n"
              "x  usual\n"
              "y  other\n");
}

TEST(EndCell, IsADayOrASecondAndSaysWhetherItIsOver) {
    constexpr std::int64_t day = 24 * 60 * 60;
    EXPECT_EQ(end_cell(from_rfc3339("2026-01-31T23:59:59Z").value()),
              seconds_now() > from_rfc3339("2026-01-31T23:59:59Z").value() ? "2026-01-31 (over)" : "2026-01-31");
    EXPECT_EQ(end_cell(from_rfc3339("2020-01-31T12:00:00Z").value()), "2020-01-31T12:00:00Z (over)");
    EXPECT_EQ(end_cell(seconds_now() / day * day + 1000 * day - 1).size(), std::string("2026-01-31").size());
}

record::StudySummary summary() {
    record::StudySummary study;
    study.study.fill(0xAB);
    study.project = "default";
    study.profile = "basic";
    study.objects = 3;
    study.size = 3000;
    study.first = study.last = from_rfc3339("2026-01-31").value();
    study.stored = {{"own-store", 3}};
    return study;
}

std::string shown(const record::StudySummary& study, bool with_originals = false) {
    Terminal terminal(STDOUT_FILENO);
    Output output(std::nullopt);
    StudyListing listing(output, "own-store", with_originals);
    listing.add(study);
    listing.finish();
    return terminal.shown();
}

TEST_F(ListingTest, AStudyAsUsualHasFewColumns) {
    EXPECT_EQ(shown(summary()),
              "OBJECTS    SIZE  STUDY                             FIRST       LAST\n"
              "      3  3.0 kB  abababababababababababababababab  2026-01-31  2026-01-31\n");
}

TEST_F(ListingTest, AStudyShowsWhereItIsAndWhoHasIt) {
    record::StudySummary study = summary();
    study.epoch = 2;
    study.project.reset();
    study.issuer = std::string(64, 'c');
    study.stored = {{"own-store", 2}, {"store:/mnt", 3}};
    study.granted = {{Digest{1}, "age1one456789", from_rfc3339("2020-01-31T23:59:59Z")},
                     {Digest{2}, "age1two456789", std::nullopt},
                     {Digest{3}, "age1one456789", from_rfc3339("2020-12-31T23:59:59Z")}};
    const std::string text = shown(study);
    EXPECT_NE(text.find("from cccccccccccc..."), std::string::npos) << text;
    EXPECT_NE(text.find("local store (2), store:/mnt  "), std::string::npos) << text;
    EXPECT_NE(text.find("  age1one45678... until 2020-12-31 (over), age1two45678...\n"), std::string::npos) << text;
}

TEST_F(ListingTest, EveryPatientOfAStudyIsShown) {
    record::StudySummary study = summary();
    study.originals = record::StudyOriginals{{{"Doe^John", "4711", "", "19700101"}, {"Roe^Jane", "4712", "", ""}},
                                             {"20260131", "20260201"},
                                             {},
                                             {"CT", "MR"}};
    const std::string text = shown(study, true);
    EXPECT_TRUE(text.starts_with("PATIENT   ID    BORN      DATE           DESCRIPTION  MODALITY  OBJECTS  ")) << text;
    EXPECT_NE(text.find("\nDoe^John  4711  19700101  20260131 (+1)               CT,MR "), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\nRoe^Jane  4712\n")) << text;
}

}  // namespace
}  // namespace msh::cli
