// The options that all programs share, and what they mean (man/msh.7).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/options.hpp"

namespace msh::cli {

struct CommonOptions {
    std::optional<std::string> home;
    bool quiet = false;
    bool show_paths = false;  // name inputs by path in messages
};

// Adds --home, -q and --show-paths.
void add_common_options(Options& options, CommonOptions& common);

// To be called once the command line is read: quiet, and whether messages may name paths (--show-paths, or a terminal
// on standard error). Error (usage) for an output that would destroy something (cli/named_files.hpp): nothing is open
// yet.
void apply(CommonOptions& common, const Options& options);

// How every program begins: parses the command line and applies it. False if that asked for help or the version, which
// are printed. Error (usage) as Options::parse() and apply().
[[nodiscard]] bool read_command_line(Options& options, CommonOptions& common, int argc, const char* const* argv);

// --home, else MSH_HOME if not empty, else $XDG_DATA_HOME/msh, else ~/.local/share/msh; always absolute. Error (usage)
// when there is none of them, or its name is not UTF-8: records hold it.
[[nodiscard]] std::filesystem::path home_folder(const CommonOptions& common);

}  // namespace msh::cli
