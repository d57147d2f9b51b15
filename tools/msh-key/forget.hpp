// msh-key forget.
#pragma once

#include <string>

#include "custodian/home.hpp"

namespace msh {

// Unpins the issuer of this fingerprint. Error (usage) for a text that is none, (input) for one that is not pinned.
void forget_issuer(const custodian::Home& home, const std::string& fingerprint);

}  // namespace msh
