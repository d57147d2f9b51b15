// The options of msh-encrypt.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/common.hpp"
#include "cli/options.hpp"
#include "cli/passphrase.hpp"
#include "intake/options.hpp"

namespace msh {

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::optional<std::string> output;
    std::optional<std::string> project;
    std::optional<std::string> allow_pixel_text;
    bool null_separated = false;
    bool identified = false;
    bool again = false;
    bool renew = false;
    bool retry_refused = false;
    std::optional<std::string> report;
    bool pad = false;
    std::vector<std::string> paths;
};

void add_options(cli::Options& options, Settings& settings);

// Error (usage) where they cannot be combined.
[[nodiscard]] intake::Options encrypt_options(const Settings& settings);

}  // namespace msh
