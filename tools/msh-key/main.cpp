// msh-key: creates, shows, backs up and restores the keystore, rotates the master key, and shreds studies.
#include <string>
#include <string_view>
#include <vector>

#include "backup.hpp"
#include "base/error.hpp"
#include "catch_up.hpp"
#include "cli/common.hpp"
#include "cli/messages.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "forget.hpp"
#include "identity.hpp"
#include "replace.hpp"

namespace {

using namespace msh;

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    InitOptions init;
    ShowOptions show;
    BackupOptions backup;
    RestoreOptions restore;
    ReplaceOptions replace;
    std::vector<std::string> operands;
    std::vector<std::string> commands;  // their names
    bool do_init = false;
    bool do_show = false;
    bool do_backup = false;
    bool do_restore = false;
    bool do_rotate = false;
    bool do_shred = false;
    bool do_forget = false;
    bool catch_up = false;
};

void add_commands(cli::Options& options, Settings& settings) {
    const auto add = [&](const char* name, const char* help, const char* synopsis, bool& chosen) -> cli::Options& {
        cli::Options& command = options.command(name, help, synopsis, chosen);
        cli::add_common_options(command, settings.common);
        settings.commands.emplace_back(name);
        return command;
    };
    const auto add_unlocking = [&](const char* name, const char* help, const char* synopsis,
                                   bool& chosen) -> cli::Options& {
        cli::Options& command = add(name, help, synopsis, chosen);
        cli::add_passphrase_options(command, settings.passphrase);
        return command;
    };
    cli::Options& init = add_unlocking("init", "create a keystore with new keys", "[OPTION]...", settings.do_init);
    init.flag("--passphrase", settings.init.ask, "encrypt the master key with a passphrase, and ask for it");
    init.value("--log-origin", settings.init.origin, "NAME",
               "the name of the log, as in hospital.example/log (default: a random one)");

    cli::Options& show = add("show", "show the public keys", "[OPTION]...", settings.do_show);
    show.flag("--recipient", settings.show.recipient, "only the age recipient");
    show.flag("--verifier", settings.show.verifier, "only the log's verifier key");
    show.flag("--fingerprint", settings.show.fingerprint, "only the fingerprint of all public keys");

    cli::Options& backup =
        add_unlocking("backup", "write the whole keystore, encrypted, to FILE", "[OPTION]... FILE", settings.do_backup);
    backup.value("--to", settings.backup.recipient, "RECIPIENT",
                 "encrypt the backup to an age recipient instead of a passphrase");
    cli::add_passphrase_options(backup, settings.backup.passphrase);
    backup.operands(settings.operands, cli::Role::output);

    cli::Options& restore = add_unlocking("restore", "restore a backup, or catch up with the log",
                                          "[OPTION]... FILE | --catch-up [RECORDS]...", settings.do_restore);
    restore.value("--identity", settings.restore.identity, "FILE", "open the backup with the age identity in FILE",
                  cli::Role::input);
    cli::add_passphrase_options(restore, settings.restore.passphrase);
    restore.value("--tombstones", settings.restore.tombstones, "FILE", "shred again the studies that FILE lists",
                  cli::Role::input);
    restore.value("--log", settings.restore.log, "DIR", "copy the log in DIR, and continue it", cli::Role::input);
    restore.value("--new-log", settings.restore.new_log, "NAME", "begin a new log with this name");
    restore.flag("--catch-up", settings.catch_up,
                 "continue the log with a keystore that is older than the log's newest checkpoint");
    restore.operands(settings.operands);

    cli::Options& rotate = add_unlocking("rotate", "replace the master key", "[OPTION]...", settings.do_rotate);
    cli::Options& shred = add_unlocking("shred", "permanently destroy a study's secrets",
                                        "[OPTION]... STUDY[@COMMITMENT[@ISSUER]]", settings.do_shred);
    for (cli::Options* command : {&rotate, &shred}) {
        command->value("--next-key", settings.replace.next_key, "FILE",
                       "write the new master key to FILE, if the present one is a credential", cli::Role::output);
    }
    shred.operands(settings.operands, cli::Role::text);

    cli::Options& forget = add("forget", "unpin an issuer of grants", "[OPTION]... ISSUER", settings.do_forget);
    forget.operands(settings.operands, cli::Role::text);
}

// Before the command line is parsed, which takes the word for an operand.
void require_known_command(const Settings& settings, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return;
    const std::string_view word = argv[1];
    std::string names;
    for (const std::string& name : settings.commands) {
        if (name == word) return;
        names += (names.empty() ? "" : ", ") + name;
    }
    throw Error(ErrorKind::usage, "unknown command '" + std::string(word) + "'", "the commands are " + names);
}

std::string one_operand(const Settings& settings, const char* what) {
    if (settings.operands.size() != 1) throw Error(ErrorKind::usage, std::string("exactly one ") + what + " is needed");
    return settings.operands.front();
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-key", "Manage the keys of a custodian.", "COMMAND [OPTION]...");
    add_commands(options, settings);
    require_known_command(settings, argc, argv);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);

    const custodian::Home home(cli::home_folder(settings.common));
    const auto ask = cli::passphrase_reader(settings.passphrase, home.prompt_lock());
    settings.init.under_passphrase = settings.init.ask || settings.passphrase.given();
    if (settings.do_init) {
        init_keystore(home, settings.init, ask,
                      cli::passphrase_reader(settings.passphrase, home.prompt_lock(), cli::Passphrase::fresh));
    } else if (settings.do_show) {
        show_keys(home, settings.show);
    } else if (settings.do_backup) {
        back_up(home, settings.backup, ask, one_operand(settings, "file"));
    } else if (settings.do_restore && settings.catch_up) {
        const RestoreOptions& other = settings.restore;
        if (other.identity || other.tombstones || other.log || other.new_log || other.passphrase.given()) {
            throw Error(ErrorKind::usage, "--catch-up cannot be combined with a backup or its options");
        }
        return catch_up_with_log(home, settings.common, ask, settings.operands);
    } else if (settings.do_restore) {
        restore_keystore(home, settings.restore, settings.init.under_passphrase, ask, one_operand(settings, "file"));
    } else if (settings.do_rotate) {
        rotate_master_key(home, settings.replace, ask);
    } else if (settings.do_shred) {
        shred_study(home, settings.replace, ask, one_operand(settings, "study"));
    } else if (settings.do_forget) {
        forget_issuer(home, one_operand(settings, "issuer"));
    } else {
        throw Error(ErrorKind::usage, "a command is needed", "try 'msh-key --help'");
    }
    return cli::ExitCode::done;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-key", [&] { return run(argc, argv); });
}
