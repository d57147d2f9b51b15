// What a manifest of the index says of shredding (man/msh-index.5, THE MANIFEST): the RFC 9162 root over the epochs of
// the studies that were shredded, pseudonym and commitment, 48 bytes each, in the order of their bytes. The look-ups,
// which only the keystore can recognise, are not in it: whoever knows a study's secret can compute its leaf.
#pragma once

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"

namespace msh::search {

[[nodiscard]] Digest tombstones_root(keystore::Keystore& keystore);

}  // namespace msh::search
