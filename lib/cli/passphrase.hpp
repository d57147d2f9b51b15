// Where a passphrase comes from: a file, a descriptor, or a person at the terminal. Never an argument or
// the environment.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/secret.hpp"
#include "cli/options.hpp"

namespace msh::cli {

struct PassphraseOptions {
    std::string name = "--passphrase";     // what both options begin with
    std::string opens = "the master key";  // in the help
    std::string instead = {};              // ends the hint where there is no terminal, as in ", or use --to"
    std::optional<std::string> file = {};
    std::optional<std::string> descriptor = {};

    [[nodiscard]] bool given() const noexcept { return file || descriptor; }
};

// Adds --passphrase-file and --passphrase-fd, or what `passphrase.name` makes of them.
void add_passphrase_options(Options& options, PassphraseOptions& passphrase);

// A new one is asked for twice on the terminal: whoever mistypes it would never open anything with it.
enum class Passphrase { present, fresh };

// Reads the passphrase where the options say, else asks on /dev/tty without echo, one program at a time by way of
// `prompt_lock`, so that the prompts of a pipeline do not interleave. One end of line is not part of it. Error
// (usage) for options that make no sense, an empty passphrase, two that differ, a descriptor that is not open, or
// no terminal to ask on. A descriptor can be read once.
[[nodiscard]] SecretBytes read_passphrase(const PassphraseOptions& options, const char* prompt,
                                          const std::filesystem::path& prompt_lock,
                                          Passphrase which = Passphrase::present);

// The same, to be called when and if the passphrase is needed; it is read once and held, wiped, for further calls.
[[nodiscard]] std::function<SecretBytes(const char* prompt)> passphrase_reader(const PassphraseOptions& options,
                                                                               const std::filesystem::path& prompt_lock,
                                                                               Passphrase which = Passphrase::present);

}  // namespace msh::cli
