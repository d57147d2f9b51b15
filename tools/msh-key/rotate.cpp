#include "cli/program.hpp"
#include "commands.hpp"
#include "custodian/custodian.hpp"
#include "lifecycle/master_key_change.hpp"

namespace msh {

cli::ExitCode rotate(const Settings& settings, const custodian::Home& home) {
    const auto keystore = custodian::open_keystore(home);
    lifecycle::rotate_master_key(*keystore, home, {settings.ask(home), settings.next_key}, cli::this_program());
    return cli::ExitCode::done;
}

}  // namespace msh
