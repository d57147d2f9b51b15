// Cards: a custodian's public keys, signed by themselves, for others to grant to (record/grant.hpp has the format).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "keystore/keystore.hpp"
#include "record/grant.hpp"

namespace msh::granting {

// Needs the unlocked keystore.
[[nodiscard]] std::string own_card(keystore::Keystore& keystore);

// Reads a card, and tolerates what mail programs and editors change. Returns nullopt if the text is not a signed note.
// Throws Error (input) for a note that is no card, or is not signed by its own key.
[[nodiscard]] std::optional<record::PublicKeys> read_card(std::string_view text);

}  // namespace msh::granting
