#include "cli/output.hpp"
#include "cli/program.hpp"
#include "commands.hpp"
#include "custodian/custodian.hpp"
#include "keystore/study_name.hpp"
#include "lifecycle/shredder.hpp"

namespace msh {

cli::ExitCode shred(const Settings& settings, const custodian::Home& home) {
    const keystore::StudyName name = keystore::parse_study_name(settings.one_operand("study"));
    const auto keystore = custodian::open_keystore(home);
    lifecycle::StudyShredder shredder(*keystore, home, cli::this_program());
    shredder.shred(name, {settings.ask(home), settings.next_key});
    cli::Output output(std::nullopt);
    shredder.for_each_remaining(
        [&](const keystore::Remaining& payload) { output.put_line(payload.cid + "\t" + payload.target); });
    output.commit();
    shredder.forget_remaining();
    return cli::ExitCode::done;
}

}  // namespace msh
