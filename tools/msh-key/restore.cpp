#include "lifecycle/restore.hpp"

#include "base/error.hpp"
#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "commands.hpp"

namespace msh {

cli::ExitCode restore(const Settings& settings, const custodian::Home& home) {
    if (settings.catch_up) return catch_up(settings, home);
    const std::string& file = settings.one_operand("file");
    if (settings.identity && settings.backup_passphrase.given()) {
        throw Error(ErrorKind::usage, "--identity and the passphrase of the backup are mutually exclusive");
    }
    const lifecycle::RestoreRequest request{
        .backup = file,
        .identity = settings.identity,
        .tombstones = settings.tombstones,
        .tombstones_name = cli::input_name("the file of --tombstones", settings.tombstones.value_or("")),
        .log = settings.log,
        .new_log = settings.new_log,
        .under_passphrase = settings.under_passphrase(),
    };
    lifecycle::restore(home, request, settings.ask(home),
                       cli::passphrase_reader(settings.backup_passphrase, home.prompt_lock()), cli::this_program());
    return cli::ExitCode::done;
}

}  // namespace msh
