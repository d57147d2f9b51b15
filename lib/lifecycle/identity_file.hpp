// Files of age identities, as age-keygen writes them: a line each, comments begin with "#".
#pragma once

#include <string>
#include <vector>

#include "crypto/age_keys.hpp"

namespace msh::lifecycle {

// Skips a byte order mark and carriage returns. Throws Error (usage) if others can read the file, or if it has no
// identity; the message then says what the file seems to be.
[[nodiscard]] std::vector<crypto::AgeIdentity> read_identities(const std::string& file);

}  // namespace msh::lifecycle
