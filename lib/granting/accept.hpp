// Accepting a grant: everything in it is checked against its signed statement while it streams into one transaction of
// the keystore; the transaction is committed only if the whole grant is valid (granting/grant_reader.hpp). Then the
// caller gets its records.
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
    // Called if the issuer was neither named nor pinned before. The grant is accepted only if it returns true.
    std::function<bool(const std::string& question)> confirm;
};

// `grant` is open for reading. A pipe is first copied to an unnamed temporary file, so that a slow writer does not hold
// the keystore's transaction open. Calls `call` with each record in the grant's order, after the commit. Throws Error:
// `input` if the grant is damaged or contradicts itself, `refused` if it is for another recipient, is not from the
// issuer named or confirmed, or has expired.
void accept_grant(keystore::Keystore& keystore, const custodian::Home& home, int grant, const AcceptTerms& terms,
                  Program& program, const std::function<void(const record::Object&)>& call);

}  // namespace msh::granting
