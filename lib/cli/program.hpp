// The frame around every program's run(): name, signals, no core dumps, and the one place where errors become messages
// and exit codes.
//
//     int main(int argc, char** argv) {
//         return msh::cli::run_program("msh-put", [&] { return run(argc, argv); });
//     }
#pragma once

#include <functional>

#include "cli/exit_code.hpp"

namespace msh::cli {

[[nodiscard]] int run_program(const char* name, const std::function<ExitCode()>& run);

}  // namespace msh::cli
