// msh-key restore --catch-up: lets a keystore that is older than its log continue after the log's newest checkpoint.
#pragma once

#include <string>
#include <vector>

#include "cli/common.hpp"
#include "cli/exit_code.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh {

// The leaves that a keystore does not know, for a message: "the log holds 2 leaves (4 to 5) that this keystore does not
// know". `log.known` is less than `log.size`.
[[nodiscard]] std::string unknown_leaves(const custodian::CaughtUp& log);

// Shreds again the studies in the tombstones, and catches up with the log. Then adds the objects of the records in
// `files` that are anchored in the own log to the keystore again, if the secrets of their studies are known. The
// records of all others, whose keys are lost, are written to standard output. The records are judged
// also if there is nothing to catch up with, as after a restore. `no` if keys are lost. Error (usage) if a backup is
// among the files, before anything is done; Error (failed) if the log is not a
// continuation of the one that was signed last.
[[nodiscard]] cli::ExitCode catch_up_with_log(const custodian::Home& home, const cli::CommonOptions& common,
                                              const custodian::AskPassphrase& ask,
                                              const std::vector<std::string>& files);

}  // namespace msh
