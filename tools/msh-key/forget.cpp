#include "base/error.hpp"
#include "cli/messages.hpp"
#include "commands.hpp"
#include "custodian/custodian.hpp"
#include "keystore/issuers.hpp"
#include "record/grant.hpp"

namespace msh {

cli::ExitCode forget(const Settings& settings, const custodian::Home& home) {
    const auto issuer = record::read_fingerprint(settings.one_operand("issuer"));
    if (!issuer) throw Error(ErrorKind::usage, "an issuer is named by its fingerprint, 64 hex digits");
    const auto keystore = custodian::open_keystore(home);
    if (!keystore::Issuers(*keystore).forget(*issuer)) {
        throw Error(ErrorKind::input, "no issuer of this fingerprint is pinned");
    }
    cli::say_note("forgot the issuer " + *issuer + "; what it granted is kept");
    return cli::ExitCode::done;
}

}  // namespace msh
