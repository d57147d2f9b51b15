// msh-key: creates, shows, backs up and restores the keystore, rotates the master key, and shreds studies.
#include <array>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/options.hpp"
#include "cli/program.hpp"
#include "commands.hpp"

namespace {

using namespace msh;

struct Command {
    const char* name;
    const char* help;
    const char* synopsis;
    void (*add_options)(cli::Options& options, Settings& settings);
    cli::ExitCode (*run)(const Settings& settings, const custodian::Home& home);
    bool chosen = false;
};

void add_init(cli::Options& options, Settings& settings) {
    cli::add_passphrase_options(options, settings.passphrase);
    options.flag("--passphrase", settings.ask_passphrase, "encrypt the master key with a passphrase, and ask for it");
    options.value("--log-origin", settings.log_origin, "NAME",
                  "the name of the log, as in hospital.example/log (default: a random one)");
}

void add_show(cli::Options& options, Settings& settings) {
    options.flag("--recipient", settings.recipient, "only the age recipient");
    options.flag("--verifier", settings.verifier, "only the log's verifier key");
    options.flag("--fingerprint", settings.fingerprint, "only the fingerprint of all public keys");
}

void add_backup(cli::Options& options, Settings& settings) {
    cli::add_passphrase_options(options, settings.passphrase);
    options.value("--to", settings.backup_recipient, "RECIPIENT",
                  "encrypt the backup to an age recipient instead of a passphrase");
    cli::add_passphrase_options(options, settings.new_backup_passphrase);
    options.operands(settings.operands, cli::Role::output);
}

void add_restore(cli::Options& options, Settings& settings) {
    cli::add_passphrase_options(options, settings.passphrase);
    options.value("--identity", settings.identity, "FILE", "open the backup with the age identity in FILE",
                  cli::Role::input);
    cli::add_passphrase_options(options, settings.backup_passphrase);
    options.value("--tombstones", settings.tombstones, "FILE", "shred again the studies that FILE lists",
                  cli::Role::input);
    options.value("--log", settings.log, "DIR", "copy the log in DIR, and continue it", cli::Role::input);
    options.value("--new-log", settings.new_log, "NAME", "begin a new log with this name");
    options.flag("--catch-up", settings.catch_up,
                 "continue the log with a keystore that is older than the log's newest checkpoint");
    options.operands(settings.operands);
}

void add_rotate(cli::Options& options, Settings& settings) {
    cli::add_passphrase_options(options, settings.passphrase);
    options.value("--next-key", settings.next_key, "FILE",
                  "write the new master key to FILE, if the present one is a credential", cli::Role::output);
}

void add_shred(cli::Options& options, Settings& settings) {
    add_rotate(options, settings);
    options.operands(settings.operands, cli::Role::text);
}

void add_forget(cli::Options& options, Settings& settings) {
    options.operands(settings.operands, cli::Role::text);
}

using Commands = std::array<Command, 7>;

Commands all_commands() {
    return {{
        {"init", "create a keystore with new keys", "[OPTION]...", add_init, init},
        {"show", "show the public keys", "[OPTION]...", add_show, show},
        {"backup", "write the whole keystore, encrypted, to FILE", "[OPTION]... FILE", add_backup, back_up},
        {"restore", "restore a backup, or catch up with the log", "[OPTION]... FILE | --catch-up [RECORDS]...",
         add_restore, restore},
        {"rotate", "replace the master key", "[OPTION]...", add_rotate, rotate},
        {"shred", "permanently destroy a study's secrets", "[OPTION]... STUDY[@COMMITMENT[@ISSUER]]", add_shred, shred},
        {"forget", "unpin an issuer of grants", "[OPTION]... ISSUER", add_forget, forget},
    }};
}

// Before the command line is parsed, which takes the word for an operand.
void require_known_command(const Commands& commands, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return;
    const std::string_view word = argv[1];
    std::string names;
    for (const Command& command : commands) {
        if (command.name == word) return;
        names += (names.empty() ? "" : ", ") + std::string(command.name);
    }
    throw Error(ErrorKind::usage, "unknown command '" + std::string(word) + "'", "the commands are " + names);
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    Commands commands = all_commands();
    cli::Options options("msh-key", "Manage the keys of a custodian.", "COMMAND [OPTION]...");
    for (Command& command : commands) {
        cli::Options& own = options.command(command.name, command.help, command.synopsis, command.chosen);
        cli::add_common_options(own, settings.common);
        command.add_options(own, settings);
    }
    require_known_command(commands, argc, argv);
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;

    const custodian::Home home(cli::home_folder(settings.common));
    for (const Command& command : commands)
        if (command.chosen) return command.run(settings, home);
    throw Error(ErrorKind::usage, "a command is needed", "try 'msh-key --help'");
}

}  // namespace

namespace msh {

const std::string& Settings::one_operand(const char* what) const {
    if (operands.size() != 1) throw Error(ErrorKind::usage, std::string("exactly one ") + what + " is needed");
    return operands.front();
}

custodian::AskPassphrase Settings::ask(const custodian::Home& home) const {
    return cli::passphrase_reader(passphrase, home.prompt_lock());
}

}  // namespace msh

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-key", [&] { return run(argc, argv); });
}
