// How a program ends; the same for all of them (man/msh.7, EXIT STATUS). A signal is re-raised.
// If several apply, each program decides which one wins (its main.cpp and manual page).
#pragma once

#include "base/error.hpp"

namespace msh::cli {

enum class ExitCode : int {
    done = 0,
    failed = 1,     // the cause is not one input: keystore, log, full disk; a later run completes
    usage = 2,      // the command line
    bad_input = 3,  // one or more inputs failed, even all; the others are done
    no = 4,         // ran well, and the answer is no
    again = 75,     // try again later: network, lock
};

[[nodiscard]] constexpr ExitCode exit_code_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::usage:
            return ExitCode::usage;
        case ErrorKind::input:
        case ErrorKind::refused:
            return ExitCode::bad_input;
        case ErrorKind::again:
            return ExitCode::again;
        case ErrorKind::failed:
            break;
    }
    return ExitCode::failed;
}

}  // namespace msh::cli
