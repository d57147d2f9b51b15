// Accepting a grant: everything in it is checked against its signed statement while it streams into one transaction of
// the keystore; only when all of it held does any of it stay (granting/grant_reader.hpp). Then its records are given
// out.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "record/object.hpp"

namespace msh::granting {

struct AcceptTerms {
    std::optional<std::string> issuer;  // the fingerprint that the issuer must have
    // Asked about an issuer who is neither named nor pinned yet. Only an answer of true accepts the grant.
    std::function<bool(const std::string& question)> confirm;
};

// `grant` is open for reading. One that is no regular file is read to its end first, into a file without a name: other
// programs wait for the transaction, and must not wait for whoever writes the grant. Each record is given to `call` in
// the grant's order, when all is committed. Throws Error: `input` for a grant that is damaged or contradicts itself,
// `refused` for one that is for someone else, from someone else than named or confirmed, or over.
void accept_grant(keystore::Keystore& keystore, const custodian::Home& home, int grant, const AcceptTerms& terms,
                  Program& program, const std::function<void(const record::Object&)>& call);

}  // namespace msh::granting
