#include "base/error.hpp"
#include "cli/output.hpp"
#include "commands.hpp"
#include "custodian/custodian.hpp"
#include "record/grant.hpp"

namespace msh {

cli::ExitCode show(const Settings& settings, const custodian::Home& home) {
    const auto keystore = custodian::open_keystore(home);
    const record::PublicKeys keys = custodian::public_keys(*keystore);
    const int wanted = static_cast<int>(settings.recipient) + static_cast<int>(settings.verifier) +
                       static_cast<int>(settings.fingerprint);
    if (wanted > 1) throw Error(ErrorKind::usage, "--recipient, --verifier and --fingerprint are mutually exclusive");
    cli::Output output(std::nullopt);
    const auto put = [&](bool chosen, const char* name, const std::string& value) {
        if (wanted == 0) output.put_line(name + value);
        if (chosen) output.put_line(value);
    };
    put(settings.recipient, "recipient    ", keys.recipient);
    put(settings.verifier, "verifier     ", keys.log);
    put(settings.fingerprint, "fingerprint  ", record::fingerprint(keys));
    for (const std::string& former : custodian::former_log_keys(*keystore))
        put(false, "former log   ", former);
    output.commit();
    return cli::ExitCode::done;
}

}  // namespace msh
