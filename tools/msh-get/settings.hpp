// The options of msh-get.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "cli/common.hpp"
#include "cli/network_options.hpp"
#include "cli/options.hpp"
#include "custodian/home.hpp"
#include "storage/payload_sources.hpp"

namespace msh {

struct Settings {
    cli::CommonOptions common;
    std::vector<std::string> from;
    std::vector<std::string> routers;
    cli::NetworkOptions network;
    std::optional<std::string> output;
    std::optional<std::string> range;
    bool availability = false;
    std::optional<std::string> repair;
    std::vector<std::string> files;

    // Whether sources are asked what they have, instead of for payloads.
    [[nodiscard]] bool asks_for_states() const { return availability || repair; }
};

void add_options(cli::Options& options, Settings& settings);

// Error (usage) where options contradict each other, or one has no valid value.
void require_one_task(const Settings& settings);

// The sources that the command line or the environment names, and how servers are asked; with a secret header for
// nodes, which must outlive the sources.
[[nodiscard]] storage::PayloadSources::Options source_options(const Settings& settings, const custodian::Home& home,
                                                              const SecretBytes* header);

}  // namespace msh
