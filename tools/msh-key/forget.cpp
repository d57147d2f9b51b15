#include "forget.hpp"

#include "base/error.hpp"
#include "cli/messages.hpp"
#include "custodian/custodian.hpp"
#include "keystore/issuers.hpp"
#include "record/grant.hpp"

namespace msh {

void forget_issuer(const custodian::Home& home, const std::string& fingerprint) {
    const auto issuer = record::read_fingerprint(fingerprint);
    if (!issuer) throw Error(ErrorKind::usage, "an issuer is named by its fingerprint, 64 hex digits");
    const auto keystore = custodian::open_keystore(home);
    if (!keystore::Issuers(*keystore).forget(*issuer)) {
        throw Error(ErrorKind::input, "no issuer of this fingerprint is pinned");
    }
    cli::say_note("forgot the issuer " + *issuer + "; what it granted is kept");
}

}  // namespace msh
