// The options of msh-put.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/common.hpp"
#include "cli/options.hpp"
#include "targets.hpp"

namespace msh {

struct Settings {
    cli::CommonOptions common;
    std::optional<std::string> output;
    TargetOptions targets;
    bool directory = false;
    std::vector<std::string> payloads;
    std::vector<std::string> from;
    bool check = false;
    bool repair = false;
    bool collect = false;
    bool remove = false;
    std::optional<std::string> give_up;
    std::vector<std::string> files;

    // Whether a store is cared for instead of payloads stored.
    [[nodiscard]] bool is_care() const { return check || repair || collect; }
};

void add_options(cli::Options& options, Settings& settings);

// Error (usage) where options contradict each other.
void require_one_task(const Settings& settings);

}  // namespace msh
