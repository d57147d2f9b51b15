#include "cli/record_loop.hpp"

#include "cli/line_reader.hpp"
#include "unit/cli/record_loop_support.hpp"

namespace msh::cli {
namespace {

TEST_F(RecordLoopTest, RecordsLeaveInTheOrderOfTheirLines) {
    const std::vector<std::string> lines = object_lines(3000);
    add_file("b", {lines.begin(), lines.begin() + 1500});
    add_file("a", {lines.begin() + 1500, lines.end()});
    std::size_t records = 0;
    const ExitCode code = run([&](Batch& batch) {
        EXPECT_LE(batch.items().size(), batch_size);
        EXPECT_EQ(batch.objects().size(), batch.items().size());
        for (const Item* const item : batch.objects())
            EXPECT_EQ(item->position, ++records);
    });
    EXPECT_EQ(code, ExitCode::done);
    EXPECT_EQ(records, lines.size());
    EXPECT_EQ(lines_left(), lines);
    EXPECT_EQ(said_, "");
}

TEST_F(RecordLoopTest, ABatchIsOfABoundedSize) {
    std::string big = object_line(1);
    big.insert(big.size() - 1, R"(,"x":")" + std::string(500'000, 'x') + '"');
    add_file("a", std::vector<std::string>(20, big));
    std::size_t records = 0;
    (void)run([&](Batch& batch) {
        EXPECT_LE(batch.items().size(), 5U);
        records += batch.items().size();
    });
    EXPECT_EQ(records, 20U);
}

TEST_F(RecordLoopTest, WithoutALineThereIsNoBatch) {
    add_file("a", {"", ""});
    EXPECT_EQ(run([](Batch& /*batch*/) { ADD_FAILURE(); }), ExitCode::done);
    EXPECT_EQ(left_, "");
}

TEST_F(RecordLoopTest, OtherTypesPassByteForByte) {
    const std::vector<std::string> lines{R"({ "msh" : 1, "type":"new" , "x": 1.50})", object_line(1),
                                         R"({"a":"\u00e4"})"};
    add_file("a", lines);
    const ExitCode code = run([&](Batch& batch) {
        ASSERT_EQ(batch.objects().size(), 1U);
        batch.objects()[0]->line.set("y", "2");
    });
    EXPECT_EQ(code, ExitCode::done);
    EXPECT_EQ(lines_left(),
              std::vector<std::string>({lines[0], lines[1].substr(0, lines[1].size() - 1) + R"(,"y":2})", lines[2]}));
}

TEST_F(RecordLoopTest, WhatFailsIsReportedByItsPositionAndTheOthersLeave) {
    add_file("a", {object_line(1), object_line(2), "no JSON", object_line(3), R"({"msh":1,"type":"object"})"});
    const ExitCode code = run([&](RecordLoop& loop) {
        const ExitCode result = loop.run([](Batch& batch) {
            ASSERT_EQ(batch.objects().size(), 3U);
            batch.objects()[1]->fail(Error(ErrorKind::refused, "not this one", "try another"));
            EXPECT_EQ(batch.objects().size(), 2U);
        });
        EXPECT_EQ(loop.failures(), 3U);
        return result;
    });
    EXPECT_EQ(code, ExitCode::bad_input);
    EXPECT_EQ(lines_left(), std::vector<std::string>({object_line(1), object_line(3)}));
    EXPECT_TRUE(
        said_.starts_with("msh-test: error: record 2: not this one\nmsh-test: hint: try another\n"
                          "msh-test: error: record 3: "))
        << said_;
    EXPECT_NE(said_.find("\nmsh-test: error: record 5: "), std::string::npos) << said_;
    EXPECT_EQ(said_.find("no JSON"), std::string::npos);
}

TEST_F(RecordLoopTest, PositionsGoOnFromFileToFileAndBatchToBatch) {
    add_file("a", object_lines(batch_size));
    add_file("b", {"", "x", object_line(1)});
    EXPECT_EQ(run(nothing), ExitCode::bad_input);
    EXPECT_TRUE(said_.starts_with("msh-test: error: record 1026: ")) << said_;
    EXPECT_EQ(lines_left().size(), batch_size + 1);
}

TEST_F(RecordLoopTest, AnOperandThatCannotBeReadIsNamedOnlyWhereItMay) {
    operands_ = {path("missing").string()};
    add_file("a", {object_line(1)});
    EXPECT_EQ(run(nothing), ExitCode::bad_input);
    EXPECT_EQ(said_, "msh-test: error: operand 1: No such file or directory\n");
    EXPECT_EQ(lines_left(), std::vector<std::string>({object_line(1)}));
    common_.show_paths = true;
    EXPECT_EQ(run(nothing), ExitCode::bad_input);
    EXPECT_EQ(said_, "msh-test: error: operand 1 (" + operands_[0] + "): No such file or directory\n");
}

TEST_F(RecordLoopTest, ALineThatIsTooLongFailsWhetherItCameOrGrewSo) {
    add_file("a", {"{\"x\":\"" + std::string(max_line, 'x') + "\"}", object_line(1), object_line(2)});
    const ExitCode code = run([](Batch& batch) {
        for (Item* const item : batch.objects()) {
            if (item->position == 2) item->line.set("x", '"' + std::string(max_line, 'x') + '"');
        }
    });
    EXPECT_EQ(code, ExitCode::bad_input);
    EXPECT_EQ(said_,
              "msh-test: error: record 1: the line is longer than 1 MiB\n"
              "msh-test: error: record 2: the record would become longer than 1 MiB\n");
    EXPECT_EQ(lines_left(), std::vector<std::string>({object_line(2)}));
}

TEST_F(RecordLoopTest, AResultLeavesInPlaceOfItsLineAndADroppedOneNotAtAll) {
    add_file("a", object_lines(3));
    const ExitCode code = run([](RecordLoop& loop) {
        loop.set_end('\0');
        return loop.run([](Batch& batch) {
            batch.items()[0].result = "one";
            batch.items()[1].dropped = true;
            batch.items()[2].result = "three";
        });
    });
    EXPECT_EQ(code, ExitCode::done);
    EXPECT_EQ(left_, std::string("one\0three\0", 10));
}

TEST_F(RecordLoopTest, OtherTypesCanBeDroppedAndAreCounted) {
    const std::string other = R"({"msh":1,"type":"study"})";
    add_file("a", {other, object_line(1)});
    const RecordLoop::Step objects_alone = [](Batch& batch) { batch.drop_other_types(); };
    EXPECT_EQ(run(objects_alone), ExitCode::done);
    EXPECT_EQ(lines_left(), std::vector<std::string>({object_line(1)}));
    EXPECT_EQ(said_, "msh-test: skipped 1 record of another type\n");
    add_file("b", {other, "{}", R"({"x":1})"});
    EXPECT_EQ(run(objects_alone), ExitCode::bad_input);
    EXPECT_EQ(said_,
              "msh-test: error: record 4: the line is not a record\n"
              "msh-test: error: record 5: the line is not a record\n"
              "msh-test: skipped 2 records of other types\n");
    set_quiet(true);
    EXPECT_EQ(run(objects_alone), ExitCode::bad_input);
    EXPECT_EQ(said_.find("skipped"), std::string::npos);
}

TEST_F(RecordLoopTest, AnErrorOfTheStepEndsTheRunAndItsBatchStays) {
    const std::vector<std::string> lines = object_lines(batch_size + 1);
    add_file("a", lines);
    const auto call = [&] {
        (void)run([](Batch& batch) {
            if (batch.items()[0].position > 1) throw Error(ErrorKind::failed, "the disk is full");
        });
    };
    expect_error(call, "the disk is full");
    EXPECT_EQ(lines_left(), std::vector<std::string>(lines.begin(), lines.end() - 1));
}

}  // namespace
}  // namespace msh::cli
