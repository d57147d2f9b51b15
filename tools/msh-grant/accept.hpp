// Accepting a grant: everything in it is checked against its signed statement while it streams into one transaction of
// the keystore; only when all of it held does any of it stay. Then its records are written. A pipe is read to its end
// before that, into a file without a name.
#pragma once

#include <optional>
#include <string>

#include "cli/output.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"

namespace msh {

// `file` may be "-". `issuer` is the fingerprint that the issuer must have; without it, an issuer who is not pinned yet
// is asked about on the terminal. Throws Error: `input` for a grant that is damaged or contradicts itself, `refused`
// for one that is for someone else, from someone else than named or confirmed, or over.
void accept_grant(keystore::Keystore& keystore, const custodian::Home& home, const std::string& file,
                  const std::optional<std::string>& issuer, cli::Output& output);

}  // namespace msh
