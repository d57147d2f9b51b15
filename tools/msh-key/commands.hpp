// The commands of msh-key, one function each, and their options.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/common.hpp"
#include "cli/exit_code.hpp"
#include "cli/passphrase.hpp"
#include "custodian/home.hpp"
#include "custodian/master_key.hpp"

namespace msh {

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    // init
    bool ask_passphrase = false;
    std::optional<std::string> log_origin;
    // show
    bool recipient = false;
    bool verifier = false;
    bool fingerprint = false;
    // backup
    std::optional<std::string> backup_recipient;
    cli::PassphraseOptions new_backup_passphrase = {"--backup-passphrase", "the backup",
                                                    ", or encrypt to a recipient with --to"};
    // restore
    std::optional<std::string> identity;
    cli::PassphraseOptions backup_passphrase = {"--backup-passphrase", "the backup", ", or open it with --identity"};
    std::optional<std::string> tombstones;
    std::optional<std::string> log;
    std::optional<std::string> new_log;
    bool catch_up = false;
    // rotate and shred
    std::optional<std::string> next_key;

    std::vector<std::string> operands;

    // Whether a master key is to be kept under a passphrase, which is asked for or given.
    [[nodiscard]] bool under_passphrase() const noexcept { return ask_passphrase || passphrase.given(); }
    // Throws Error (usage) if there is not exactly one.
    [[nodiscard]] const std::string& one_operand(const char* what) const;
    // The present passphrase of the master key, read when it is needed.
    [[nodiscard]] custodian::AskPassphrase ask(const custodian::Home& home) const;
};

[[nodiscard]] cli::ExitCode init(const Settings& settings, const custodian::Home& home);
[[nodiscard]] cli::ExitCode show(const Settings& settings, const custodian::Home& home);
[[nodiscard]] cli::ExitCode back_up(const Settings& settings, const custodian::Home& home);
[[nodiscard]] cli::ExitCode restore(const Settings& settings, const custodian::Home& home);
// With files of records, writes those whose keys are lost to standard output; `no` if there are any.
[[nodiscard]] cli::ExitCode catch_up(const Settings& settings, const custodian::Home& home);
[[nodiscard]] cli::ExitCode rotate(const Settings& settings, const custodian::Home& home);
// Prints the payloads that remain in other targets.
[[nodiscard]] cli::ExitCode shred(const Settings& settings, const custodian::Home& home);
[[nodiscard]] cli::ExitCode forget(const Settings& settings, const custodian::Home& home);

}  // namespace msh
