// Lines of a list of paths as inputs.
//
// If the wrong separator was chosen, the whole list arrives as one path: that must be noticed. A path that contains a
// NUL is an error, and a path that looks like a list gets a hint if there is no such file.
#pragma once

#include <cstdint>
#include <string>

#include "intake/input.hpp"

namespace msh::intake {

class PathList {
  public:
    // `separator` ends a path: newline or NUL.
    explicit PathList(char separator) : separator_(separator) {}

    // `line` is without the separator.
    [[nodiscard]] Input path(std::uint64_t position, std::string line) const;
    // A line of which only the beginning was read.
    [[nodiscard]] Input too_long(std::uint64_t position, std::string beginning) const;
    [[nodiscard]] static Input unreadable(std::uint64_t position, const std::string& reason);

  private:
    char separator_;
};

}  // namespace msh::intake
