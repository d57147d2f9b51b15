// msh-put --check, --repair and --gc: the care of one block store.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/output.hpp"
#include "custodian/home.hpp"
#include "settings.hpp"

namespace msh {

// Opens the store and what it is repaired from; a line of the output is a block that is not as it should be: its CID
// and its state. Error (failed) where there is no store, or no keystore for --gc.
[[nodiscard]] cli::ExitCode care_for_store(const Settings& settings, const custodian::Home& home, cli::Output& output);

}  // namespace msh
