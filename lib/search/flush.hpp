// Makes segments of the documents that wait in the keystore's buffer.
//
// A document first waits in the buffer; flush_index() builds a segment of what waits, names it in a new manifest, and
// only then takes the documents out of the buffer. A run that is killed in between leaves a segment that the keystore
// does not know: the next one drops it from the manifest, deletes it and builds anew. The buffer is searched too, so
// that nothing is ever missing from a result. Shredding makes the segments that name the study unknown in the same way,
// and the manifest says in `tombstones` what its maker knew to be shredded before it looked at anything else.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "search/normaliser.hpp"

namespace msh::search {

// Takes segments apart: their documents go back to the buffer, by their sealed boxes. An object whose box does not open
// waits there without terms.
void requeue_segments(keystore::Keystore& keystore, const std::vector<Digest>& segments, const Normaliser& normaliser);

// The same of all that the keystore knows, for which the index has to be made anew.
void requeue_all_segments(keystore::Keystore& keystore, const Normaliser& normaliser);

// An object whose sealed box had to be opened to index it, and did not open.
struct NotIndexed {
    Id object{};
    Error why;
};

// Makes segments of the buffer, and a new manifest in any case, which renews the old one; gives the leaf of the log to
// the manifest and publishes. Gives the objects that were left in the buffer because they cannot be indexed: each flush
// tries them again. Some may be found by the terms of another normaliser until then, the others are not found.
[[nodiscard]] std::vector<NotIndexed> flush_index(keystore::Keystore& keystore, const custodian::Home& home,
                                                  const Normaliser& normaliser);

// The same after shredding, unless the newest manifest commits to all that was shredded already: then no segment names
// any of it. Nothing where there is no index.
[[nodiscard]] std::vector<NotIndexed> forget_shredded(keystore::Keystore& keystore, const custodian::Home& home,
                                                      const Normaliser& normaliser);

}  // namespace msh::search
