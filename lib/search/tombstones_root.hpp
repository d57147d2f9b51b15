// What a manifest of the index says of shredding (man/msh-index.5, THE MANIFEST): the Merkle root (RFC 9162) over the
// epochs of the studies that were shredded, sorted by bytes; each leaf is pseudonym || commitment (48 bytes). The
// look-ups, which only the keystore can recognise, are not in it: whoever knows a study's secret can compute its leaf.
#pragma once

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"

namespace msh::search {

// Throws only what the keystore throws.
[[nodiscard]] Digest tombstones_root(keystore::Keystore& keystore);

}  // namespace msh::search
