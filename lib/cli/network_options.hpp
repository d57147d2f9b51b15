// The options that say how servers are asked, alike in all programs that ask some (man/msh.7).
#pragma once

#include <optional>
#include <string>

#include "cli/options.hpp"

namespace msh::cli {

struct NetworkOptions {
    std::optional<std::string> header_file;  // holds a secret HTTP header for the RPC of nodes
    std::optional<std::string> ca_file;      // certificates to trust
    std::optional<std::string> timeout;      // seconds
    bool insecure = false;                   // secrets and commands may go over plain http to other machines
};

// Adds --header-file, --ca-file, --insecure and --timeout. `default_times` ends the help of --timeout.
void add_network_options(Options& options, NetworkOptions& network,
                         const std::string& default_times = "20, 10 to connect");

}  // namespace msh::cli
