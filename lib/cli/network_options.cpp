#include "cli/network_options.hpp"

namespace msh::cli {

void add_network_options(Options& options, NetworkOptions& network, const std::string& default_times) {
    options.value("--header-file", network.header_file, "FILE",
                  "send the HTTP header in FILE to node RPCs, as in 'Authorization: Bearer TOKEN'", Role::input);
    options.value("--ca-file", network.ca_file, "FILE",
                  "trust the certificates in FILE instead of the system's (default: $SSL_CERT_FILE)", Role::input);
    options.flag("--insecure", network.insecure,
                 "allow plain http to other machines for node RPCs, clusters and pinning services");
    options.value("--timeout", network.timeout, "SECONDS",
                  "give up on a server that is silent, or too slow, for this long (default: " + default_times + ")");
}

}  // namespace msh::cli
