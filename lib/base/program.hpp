// What a room asks of the program that it runs in: to print messages, and whether to stop. Rooms below the command line
// are given one (cli/program.hpp); their tests give them another.
#pragma once

#include <string>

#include "base/error.hpp"

namespace msh {

// All functions may be called by any thread.
class Program {
  public:
    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    virtual ~Program() = default;

    // Notes and warnings are not printed with --quiet.
    virtual void note(const std::string& text) = 0;
    virtual void warn(const std::string& text) = 0;
    virtual void error(const Error& error) = 0;

    // Whether a signal has come that ends the program.
    [[nodiscard]] virtual bool is_signalled() const = 0;
    // To be called between pieces of work. Where such a signal has come, it throws what is no Error and must not be
    // caught.
    virtual void stop_if_signalled() const = 0;
};

}  // namespace msh
