// msh-key restore --catch-up: lets a keystore that is older than its log continue after the log's newest checkpoint.
#pragma once

#include <string>
#include <vector>

#include "cli/common.hpp"
#include "cli/exit_code.hpp"
#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh {

// Shreds again the studies in the tombstones, and catches up with the log. Then adds the objects of the records in
// `files` that are anchored in the own log to the keystore again, if the secrets of their studies are known. The
// records of all others, whose keys are lost, are written to standard output. Error (failed) if the log is not a
// continuation of the one that was signed last.
[[nodiscard]] cli::ExitCode catch_up_with_log(const custodian::Home& home, const cli::CommonOptions& common,
                                              const custodian::AskPassphrase& ask,
                                              const std::vector<std::string>& files);

}  // namespace msh
