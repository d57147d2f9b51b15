// The note at the end of a run that granted: how much went to how many. Does not fail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/program.hpp"

namespace msh::granting {

struct Summary {
    std::uint64_t objects = 0;
    std::uint64_t studies = 0;
    std::uint64_t recipients = 0;
};

// "granted 4 objects of 1 study to 2 recipients, until 2999-12-31T23:59:59Z"; `how` is the text after the comma.
void note_granted(Program& program, const Summary& summary, const std::string& how);
// `how` of a grant: "until 2999-12-31T23:59:59Z", or "without end".
[[nodiscard]] std::string end_text(std::optional<std::int64_t> not_after);

}  // namespace msh::granting
