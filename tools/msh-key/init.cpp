#include "cli/messages.hpp"
#include "commands.hpp"
#include "lifecycle/creation.hpp"

namespace msh {

cli::ExitCode init(const Settings& settings, const custodian::Home& home) {
    lifecycle::create_keystore(home, {settings.under_passphrase(), settings.log_origin}, settings.ask(home),
                               cli::passphrase_reader(settings.passphrase, home.prompt_lock(), cli::Passphrase::fresh));
    cli::say_note("created a keystore in " + home.root().string());
    return cli::ExitCode::done;
}

}  // namespace msh
