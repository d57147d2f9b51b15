// A question to the person at the terminal.
#pragma once

#include <string>

namespace msh::cli {

// Asks on /dev/tty; true for an answer that begins with y or Y. False, without asking, where there is no terminal.
[[nodiscard]] bool confirm(const std::string& question);

}  // namespace msh::cli
