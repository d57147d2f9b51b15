#include "intake/report_line.hpp"

#include <gtest/gtest.h>

namespace msh::intake {
namespace {

TEST(ReportLine, ARecordIsNamedByItsId) {
    Result result{.input = {.position = 3, .path = "export/3.dcm"}};
    result.record.id = Id{0xAB};
    const std::string id = R"("id":"ab000000000000000000000000000000"})";
    EXPECT_EQ(report_line(result), R"({"position":3,"path":"export/3.dcm","outcome":"encrypted",)" + id);
    result.outcome = Outcome::older_rules;
    EXPECT_EQ(report_line(result), R"({"position":3,"path":"export/3.dcm","outcome":"older-rules",)" + id);
    result.outcome = Outcome::known;
    EXPECT_EQ(report_line(result), R"({"position":3,"path":"export/3.dcm","outcome":"known",)" + id);
}

TEST(ReportLine, AFailureHasAClassAReasonAndItsPlace) {
    dicom::Fault fault(dicom::FaultClass::truncated, "truncated in its pixel data");
    fault.locate({0x7FE00010, 300});
    Result result{.input = {.position = 1, .path = "a"}, .outcome = Outcome::unreadable, .failure = Failure(fault)};
    EXPECT_EQ(report_line(result), R"({"position":1,"path":"a","outcome":"unreadable","class":"truncated",)"
                                   R"("reason":"truncated in its pixel data","tag":"7FE00010","offset":300})");
    result.failure = Failure(Error(ErrorKind::refused, "its study was shredded"), "shredded");
    result.outcome = Outcome::refused;
    result.failure->was_reported = true;
    EXPECT_EQ(report_line(result), R"({"position":1,"path":"a","outcome":"refused","before":true,"class":"shredded",)"
                                   R"("reason":"its study was shredded"})");
}

TEST(ReportLine, ALinkIsSkipped) {
    const Result result{.input = {.position = 2, .path = "a/link", .is_link = true}, .outcome = Outcome::skipped};
    EXPECT_EQ(report_line(result), R"({"position":2,"path":"a/link","outcome":"skipped","class":"link",)"
                                   R"("reason":"a symbolic link in a folder"})");
}

TEST(ReportLine, APathThatIsNotUtf8CanBeReadBack) {
    const Result result{.input = {.position = 2, .path = "a\xff"}, .outcome = Outcome::skipped};
    EXPECT_NE(report_line(result).find(R"("path_base64":"Yf8=")"), std::string::npos);
}

}  // namespace
}  // namespace msh::intake
