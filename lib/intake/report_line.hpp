// A line of the report of msh-encrypt (man/msh-encrypt.1, --report): an input with its path, and what came of it.
//
//     {"position":3,"path":"export/3.dcm","outcome":"refused","class":"pixel-text","reason":"...","tag":"00280301"}
#pragma once

#include <string>

#include "intake/result.hpp"

namespace msh::intake {

// Without a newline. Does not fail.
[[nodiscard]] std::string report_line(const Result& result);

}  // namespace msh::intake
