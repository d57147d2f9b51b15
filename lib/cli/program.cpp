#include "cli/program.hpp"

#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <malloc.h>
#include <new>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/waiting.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"

namespace msh::cli {
namespace {

// Secrets in memory stay out of core files and away from other processes of the same user.
void harden_process() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // the leak checker traces its own process
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

// Else the next file that is opened would be standard output, and the records would be written into it. What is closed
// cannot be read or written; only messages may go nowhere.
void keep_standard_files_apart() {
    for (const auto& [file, flags] :
         {std::pair(STDIN_FILENO, O_WRONLY), std::pair(STDOUT_FILENO, O_RDONLY), std::pair(STDERR_FILENO, O_WRONLY)}) {
        if (::fcntl(file, F_GETFD) == -1 && ::open("/dev/null", flags) != file) std::_Exit(1);
    }
}

// Nobody means to shut out the user: a master key without its owner's bits could not be read again.
void leave_owner_bits() {
    ::umask(::umask(S_IRWXO | S_IRWXG) & (S_IRWXO | S_IRWXG));
}

// Each heap keeps what was once used of it, and there would be one for almost every thread. Buffers of up to a few MiB
// come from the heaps, so that the kernel does not have to clear them again and again.
void set_up_memory() {
    constexpr int heaps = 2;
    constexpr int largest_from_heap = 4 << 20;
    constexpr int kept_free = 16 << 20;
    ::mallopt(M_ARENA_MAX, heaps);
    ::mallopt(M_MMAP_THRESHOLD, largest_from_heap);
    ::mallopt(M_TRIM_THRESHOLD, kept_free);
}

class ThisProgram final : public Program {
  public:
    void note(const std::string& text) override { say_note(text); }
    void warn(const std::string& text) override { say_warning(text); }
    void error(const Error& error) override { say(error); }
    [[nodiscard]] bool is_signalled() const override { return cli::is_signalled(); }
    void stop_if_signalled() const override { cli::stop_if_signalled(); }
};

}  // namespace

Program& this_program() {
    static ThisProgram program;
    return program;
}

int run_program(const char* name, const std::function<ExitCode()>& run) {
    keep_standard_files_apart();
    set_program_name(name);
    harden_process();
    leave_owner_bits();
    set_up_memory();
    watch_signals();
    set_wait_calls({stop_if_signalled, say_waiting});
    try {
        return static_cast<int>(run());
    } catch (const Interrupted& interrupted) {
        raise_again(interrupted.signal);
    } catch (const Error& error) {
        if (const int signal = caught_signal()) raise_again(signal);  // which interrupted what failed
        say(error);
        return static_cast<int>(exit_code_of(error.kind()));
    } catch (const std::bad_alloc&) {
        say_error("out of memory");
    } catch (const std::filesystem::filesystem_error& error) {
        say_error("file system error: " + error.code().message());  // its own text has paths
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::resource_unavailable_try_again) {
            say(Error(ErrorKind::failed, "cannot start a thread: " + error.code().message(),
                      "the limit on processes or memory is reached ('ulimit -u', a control group)"));
        } else {
            say_error("system error: " + error.code().message());
        }
    } catch (const std::exception& error) {
        say_error(std::string("unexpected: ") + error.what());
    }
    return static_cast<int>(ExitCode::failed);
}

}  // namespace msh::cli
