#include "cli/requests.hpp"

#include <gtest/gtest.h>

#include "unit/cli/record_loop_support.hpp"

namespace msh::cli {
namespace {

struct Reading {
    const record::Object& object;
    std::optional<std::string> answer{};
    std::optional<Error> error{};
};

struct Changing {
    record::Object& object;
    json::Line& line;
    std::optional<Error> error{};
};

using RequestsTest = RecordLoopTest;

TEST_F(RequestsTest, AreTheObjectRecordsInTheirOrder) {
    add_file("a", {object_line(1), "{}", "no JSON", object_line(2)});
    (void)run([](Batch& batch) {
        Requests<Reading> requests(batch);
        ASSERT_EQ(requests.all().size(), 2U);
        EXPECT_EQ(requests.all()[0].object.payload.size, 1U);
        EXPECT_EQ(requests.all()[1].object.payload.size, 2U);
        batch.objects()[0]->fail(Error(ErrorKind::input, "it is bad"));
        EXPECT_EQ(Requests<Reading>(batch).all().size(), 1U);
    });
    EXPECT_NE(said_.find("record 1: it is bad\n"), std::string::npos);
}

TEST_F(RequestsTest, ErrorsGoBackToTheirRecords) {
    add_file("a", object_lines(3));
    const ExitCode code = run([](Batch& batch) {
        Requests<Changing> requests(batch);
        for (Changing& request : requests.all())
            request.line.set("y", std::to_string(request.object.payload.size));
        requests.all()[1].error = Error(ErrorKind::refused, "not this one");
        requests.settle();
    });
    EXPECT_EQ(code, ExitCode::bad_input);
    EXPECT_EQ(said_, "msh-test: error: record 2: not this one\n");
    ASSERT_EQ(lines_left().size(), 2U);
    EXPECT_TRUE(lines_left()[0].ends_with(R"(,"y":0})"));
    EXPECT_TRUE(lines_left()[1].ends_with(R"(,"y":2})"));
}

TEST_F(RequestsTest, WhatElseTheySayIsTheCallers) {
    add_file("a", object_lines(3));
    (void)run([](Batch& batch) {
        Requests<Reading> requests(batch);
        for (Reading& request : requests.all())
            request.answer = "size " + std::to_string(request.object.payload.size);
        requests.all()[0].error = Error(ErrorKind::input, "it is bad");
        requests.settle([](Item& item, const Reading& request) { item.result = request.answer; });
    });
    EXPECT_EQ(left_, "size 1\nsize 2\n");
}

TEST_F(RequestsTest, ThereMayBeNone) {
    add_file("a", {"{}"});
    (void)run([](Batch& batch) {
        Requests<Reading> requests(batch);
        EXPECT_TRUE(requests.all().empty());
        requests.settle();
    });
    EXPECT_EQ(lines_left(), std::vector<std::string>({"{}"}));
}

}  // namespace
}  // namespace msh::cli
