// Makes segments of the documents that wait in the keystore's buffer.
//
// A document first waits in the buffer; flush_index() builds a segment of what waits, names it in a new manifest, and
// only then takes the documents out of the buffer. A run that is killed in between leaves a segment that the keystore
// does not know: the next one drops it from the manifest, deletes it and builds anew. The buffer is searched too, so
// that nothing is ever missing from a result. Shredding removes the segments that name the study from the keystore in
// the same way. The manifest's `tombstones` is a hash of the studies that were known to be shredded when the flush
// began (search/tombstones_root.hpp).
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "search/normaliser.hpp"

namespace msh::search {

// Moves the documents of these segments back to the buffer; their terms are computed again from the sealed boxes. An
// object whose box does not open waits there without terms.
void requeue_segments(keystore::Keystore& keystore, const std::vector<Digest>& segments, const Normaliser& normaliser);

// The same for all segments, to make the index anew.
void requeue_all_segments(keystore::Keystore& keystore, const Normaliser& normaliser);

// An object whose sealed box had to be opened to index it, and did not open.
struct NotIndexed {
    Id object{};
    Error why;
};

// Builds segments from the buffer, and in any case writes a new manifest, which renews the old one, assigns it a leaf
// of the log, and publishes. Returns the objects that could not be indexed: they stay in the buffer, and each flush
// tries them again. Some may be found by the terms of another normaliser until then, the others are not found. Throws
// Error (failed) if the index cannot be written, and as custodian::publish().
[[nodiscard]] std::vector<NotIndexed> flush_index(keystore::Keystore& keystore, const custodian::Home& home,
                                                  const Normaliser& normaliser);

// The same after shredding. Does nothing if there is no index, or if the newest manifest commits to all that was
// shredded already: then no segment names any of it.
[[nodiscard]] std::vector<NotIndexed> forget_shredded(keystore::Keystore& keystore, const custodian::Home& home,
                                                      const Normaliser& normaliser);

}  // namespace msh::search
