// msh-key restore --catch-up: a keystore that is older than its log goes on behind the log's newest checkpoint.
#pragma once

#include <string>
#include <vector>

#include "cli/common.hpp"
#include "cli/exit_code.hpp"
#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh {

// Shreds again what the tombstones list, catches up with the log, and takes the anchored records of `files` back as far
// as their keys are at hand: what they say stands under a leaf of the own log. The lines of the others, whose keys are
// lost, go to standard output. Error (failed) where the log is not the one that was signed last.
[[nodiscard]] cli::ExitCode catch_up_with_log(const custodian::Home& home, const cli::CommonOptions& common,
                                              const custodian::AskPassphrase& ask,
                                              const std::vector<std::string>& files);

}  // namespace msh
