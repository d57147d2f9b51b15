// A record loop over files of lines, whose records and messages are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "cli/record_loop.hpp"
#include "record/object.hpp"
#include "support/temporary_folder.hpp"

namespace msh::cli {

inline constexpr std::size_t batch_size = 1024;  // records

inline std::string object_line(std::size_t number) {
    record::Object object;
    object.id[0] = static_cast<std::uint8_t>(number >> 16);
    object.id[1] = static_cast<std::uint8_t>(number >> 8);
    object.id[2] = static_cast<std::uint8_t>(number);
    object.profile = "basic";
    object.payload = {number, std::nullopt, "bafk"};
    object.about = {1};
    return record::to_json(object);
}

inline std::vector<std::string> object_lines(std::size_t count) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < count; ++i)
        lines.push_back(object_line(i));
    return lines;
}

class RecordLoopTest : public ::testing::Test {
  protected:
    RecordLoopTest() { set_program_name("msh-test"); }
    ~RecordLoopTest() override { set_quiet(false); }

    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
    void add_file(const std::string& name, const std::vector<std::string>& lines) {
        std::ofstream out(path(name), std::ios::binary);
        for (const std::string& line : lines)
            out << line << '\n';
        operands_.push_back(path(name).string());
    }

    using Run = std::function<ExitCode(RecordLoop&)>;
    // Gives what the loop gives, and keeps what left and what was said.
    ExitCode run(const Run& call) {
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        ExitCode code{};
        std::exception_ptr thrown;
        try {
            Output output(std::nullopt);
            RecordLoop loop(operands_, common_, output);
            code = call(loop);
            output.commit();
        } catch (...) {
            thrown = std::current_exception();
        }
        left_ = ::testing::internal::GetCapturedStdout();
        said_ = ::testing::internal::GetCapturedStderr();
        if (thrown) std::rethrow_exception(thrown);
        return code;
    }
    ExitCode run(const RecordLoop::Step& step) {
        return run([&](RecordLoop& loop) { return loop.run(step); });
    }
    ExitCode run_overlapped(const RecordLoop::StepWithRest& step) {
        return run([&](RecordLoop& loop) { return loop.run_overlapped(step); });
    }
    [[nodiscard]] std::vector<std::string> lines_left() const {
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < left_.size();) {
            const std::size_t end = left_.find('\n', at);
            lines.push_back(left_.substr(at, end - at));
            at = end + 1;
        }
        return lines;
    }
    static void expect_error(const std::function<void()>& call, const std::string& message) {
        try {
            call();
            ADD_FAILURE() << "no error: " << message;
        } catch (const Error& error) {
            EXPECT_EQ(std::string(error.what()), message);
        }
    }

    test::TemporaryFolder folder_;
    std::vector<std::string> operands_;
    CommonOptions common_;
    std::string left_;
    std::string said_;
};

inline const RecordLoop::Step nothing = [](Batch& /*batch*/) {};

}  // namespace msh::cli
