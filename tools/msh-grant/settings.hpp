// The options of msh-grant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/common.hpp"
#include "cli/options.hpp"
#include "cli/passphrase.hpp"
#include "granting/grant_scope.hpp"

namespace msh {

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::vector<std::string> to;
    std::optional<std::string> output;
    std::optional<std::string> not_after;
    std::optional<std::string> label;
    std::optional<std::string> label_file;
    std::optional<std::string> accept;
    std::optional<std::string> issuer;
    std::optional<std::string> patients;
    bool across_projects = false;
    bool across_profiles = false;
    std::optional<std::string> as_age;
    bool card = false;
    std::vector<std::string> files;
};

void add_options(cli::Options& options, Settings& settings);

// Error (usage) where options contradict each other.
void require_one_task(const Settings& settings);

// What the options say. Error (usage) for a value that cannot be used.
[[nodiscard]] std::optional<std::int64_t> read_not_after(const Settings& settings);
[[nodiscard]] std::optional<std::string> read_label(const Settings& settings);
[[nodiscard]] granting::ScopeLimits read_limits(const Settings& settings);
[[nodiscard]] std::optional<std::string> read_issuer(const Settings& settings);

}  // namespace msh
