// Files of age identities, as age-keygen writes them: a line each, comments begin with "#".
#pragma once

#include <string>
#include <vector>

#include "crypto/age_keys.hpp"

namespace msh::lifecycle {

// What an editor adds, a byte order mark or carriage returns, is passed over. Throws Error (usage) if others may read
// the file, or if there is no identity in it; says what it seems to be then.
[[nodiscard]] std::vector<crypto::AgeIdentity> read_identities(const std::string& file);

}  // namespace msh::lifecycle
