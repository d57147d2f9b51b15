// What msh-verify says on standard error when it has checked everything: where it looked for what it did not find, and
// what its verdicts do not prove.
#pragma once

#include "auditing/log_set.hpp"
#include "auditing/verifier.hpp"
#include "custodian/home.hpp"
#include "storage/payload_checker.hpp"

namespace msh {

void say_what_was_missing(const auditing::Verifier& verifier, const storage::PayloadChecker& payloads,
                          const auditing::LogSet& logs, const custodian::Home& home);

}  // namespace msh
