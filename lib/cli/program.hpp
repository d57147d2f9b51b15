// The frame around every program's run(): name, signals, no core dumps, and the one place where errors become messages
// and exit codes.
//
//     int main(int argc, char** argv) {
//         return msh::cli::run_program("msh-put", [&] { return run(argc, argv); });
//     }
#pragma once

#include <functional>

#include "base/program.hpp"
#include "cli/exit_code.hpp"

namespace msh::cli {

[[nodiscard]] int run_program(const char* name, const std::function<ExitCode()>& run);

// This program, for rooms that print messages (cli/messages.hpp) and stop at signals (cli/signals.hpp).
[[nodiscard]] Program& this_program();

}  // namespace msh::cli
