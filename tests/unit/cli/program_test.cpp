#include "cli/program.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <new>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "cli/signals.hpp"

namespace msh::cli {
namespace {

using ::testing::ExitedWithCode;
using ::testing::KilledBySignal;

[[noreturn]] void end_with(const std::function<ExitCode()>& run) {
    std::_Exit(run_program("msh-test", run));
}
[[noreturn]] void end_with_error(ErrorKind kind) {
    end_with([kind]() -> ExitCode { throw Error(kind, "it went wrong", "look there"); });
}

TEST(ProgramDeathTest, EndsWithTheCodeOfItsRun) {
    for (const ExitCode code :
         {ExitCode::done, ExitCode::failed, ExitCode::usage, ExitCode::bad_input, ExitCode::no, ExitCode::again}) {
        EXPECT_EXIT(end_with([code] { return code; }), ExitedWithCode(static_cast<int>(code)), "^$");
    }
}

TEST(ProgramDeathTest, AnErrorIsAMessageAndACode) {
    const char* message = "^msh-test: error: it went wrong\nmsh-test: hint: look there\n$";
    EXPECT_EXIT(end_with_error(ErrorKind::failed), ExitedWithCode(1), message);
    EXPECT_EXIT(end_with_error(ErrorKind::usage), ExitedWithCode(2), message);
    EXPECT_EXIT(end_with_error(ErrorKind::input), ExitedWithCode(3), message);
    EXPECT_EXIT(end_with_error(ErrorKind::refused), ExitedWithCode(3), message);
    EXPECT_EXIT(end_with_error(ErrorKind::again), ExitedWithCode(75), message);
}

TEST(ProgramDeathTest, WhateverElseIsThrownIsAFailureThatNamesNoInput) {
    EXPECT_EXIT(end_with([]() -> ExitCode { throw std::bad_alloc(); }), ExitedWithCode(1),
                "^msh-test: error: out of memory\n$");
    EXPECT_EXIT(end_with([]() -> ExitCode {
                    throw std::filesystem::filesystem_error("opening", "doe/john",
                                                            std::make_error_code(std::errc::permission_denied));
                }),
                ExitedWithCode(1), "^msh-test: error: file system error: Permission denied\n$");
    EXPECT_EXIT(end_with([]() -> ExitCode {
                    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
                }),
                ExitedWithCode(1), "^msh-test: error: cannot start a thread: .*\nmsh-test: hint: ");
    EXPECT_EXIT(end_with([]() -> ExitCode { throw std::system_error(std::make_error_code(std::errc::interrupted)); }),
                ExitedWithCode(1), "^msh-test: error: system error: Interrupted system call\n$");
    EXPECT_EXIT(end_with([]() -> ExitCode { throw std::out_of_range("index"); }), ExitedWithCode(1),
                "^msh-test: error: unexpected: index\n$");
}

TEST(ProgramDeathTest, ASignalEndsItInOrderAndIsSeenOutside) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        EXPECT_EXIT(end_with([signal] {
                        std::raise(signal);
                        EXPECT_TRUE(is_signalled());
                        EXPECT_TRUE(this_program().is_signalled());
                        this_program().stop_if_signalled();
                        return ExitCode::done;
                    }),
                    KilledBySignal(signal), "^$");
    }
}

TEST(ProgramDeathTest, WhatASignalInterruptedIsNoError) {
    EXPECT_EXIT(end_with([]() -> ExitCode {
                    std::raise(SIGTERM);
                    throw Error(ErrorKind::failed, "cannot read: Interrupted system call");
                }),
                KilledBySignal(SIGTERM), "^$");
}

TEST(ProgramDeathTest, ASignalThatIsIgnoredStaysIgnored) {
    EXPECT_EXIT(
        {
            std::signal(SIGHUP, SIG_IGN);
            end_with([] {
                std::raise(SIGHUP);
                return is_signalled() ? ExitCode::failed : ExitCode::done;
            });
        },
        ExitedWithCode(0), "^$");
}

TEST(ProgramDeathTest, StandardFilesThatAreClosedStayApart) {
    EXPECT_EXIT(
        {
            ::close(STDIN_FILENO);
            ::close(STDOUT_FILENO);
            end_with([] {
                const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
                char byte = 0;
                const bool is_apart =
                    file > STDERR_FILENO && ::read(STDIN_FILENO, &byte, 1) < 0 && ::write(STDOUT_FILENO, &byte, 1) < 0;
                return is_apart ? ExitCode::done : ExitCode::failed;
            });
        },
        ExitedWithCode(0), "^$");
}

TEST(ProgramDeathTest, LeavesNoCoreFilesAndItsOwnerIn) {
    EXPECT_EXIT(
        {
            ::umask(0777);
            end_with([] {
                rlimit core{};
                const bool is_hard = ::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
                return is_hard && ::umask(0) == 0077 ? ExitCode::done : ExitCode::failed;
            });
        },
        ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace msh::cli
