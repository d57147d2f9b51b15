// The custodian's own encrypted index: keys in the keystore, segments and manifest in the index folder.
//
//     index/manifest          the newest manifest, a signed note (index/manifest.hpp)
//     index/<hex id>.segment  segments (index/builder.hpp)
//
// A document first waits in the keystore's buffer; flush() builds a segment of what waits, names it in a new manifest,
// and only then takes the documents out of the buffer. A run that is killed in between leaves a segment that the
// keystore does not know: the next one drops it from the manifest, deletes it and builds anew. The buffer is searched
// too, so that nothing is ever missing from an answer. Shredding makes the segments that name the study unknown in the
// same way, and the manifest says in `tombstones` what its maker knew to be shredded before it looked at anything else.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "custodian/home.hpp"
#include "custodian/normaliser.hpp"
#include "index/builder.hpp"
#include "index/folder.hpp"
#include "index/keys.hpp"
#include "index/manifest.hpp"
#include "keystore/keystore.hpp"
#include "record/sealed.hpp"

namespace msh::custodian {

// The search epoch's keys, made when there are none yet. Needs the unlocked keystore, like all of this.
[[nodiscard]] index::Keys index_keys(keystore::Keystore& keystore);

// The newest manifest; nothing when none was ever made. flush_index() mends what this refuses. Error (failed) when it
// is missing although there was one, not signed by this custodian, damaged, or older than one seen before.
[[nodiscard]] std::optional<index::SignedManifest> own_manifest(keystore::Keystore& keystore, const Home& home);

// What an object is found by: the values of its original, and the pseudonyms that its file has in their place.
[[nodiscard]] std::vector<index::Term> terms_of(const record::Sealed& sealed, const Normaliser& normaliser);

// The terms as they wait in the buffer, with the normaliser they were made by.
[[nodiscard]] Bytes pack_terms(std::span<const index::Term> terms, const Normaliser& normaliser);
[[nodiscard]] std::vector<index::Term> unpack_terms(ByteView packed);

// Takes segments apart: their documents go back to the buffer, by their sealed boxes. An object whose box does not open
// waits there without terms.
void requeue_segments(keystore::Keystore& keystore, const std::vector<Digest>& segments, const Normaliser& normaliser);

// An object whose sealed box had to be opened to index it, and did not open.
struct NotIndexed {
    Id object{};
    Error why;
};

// Makes segments of the buffer, and a new manifest in any case, which renews the old one; gives the leaf of the log to
// the manifest and publishes. Gives the objects that were left in the buffer because they cannot be indexed: each flush
// tries them again. Some may be found by the terms of another normaliser until then, the others are not found.
[[nodiscard]] std::vector<NotIndexed> flush_index(keystore::Keystore& keystore, const Home& home,
                                                  const Normaliser& normaliser);

// The same after shredding, unless the newest manifest commits to all that was shredded already: then no segment names
// any of it. Nothing where there is no index.
[[nodiscard]] std::vector<NotIndexed> forget_shredded(keystore::Keystore& keystore, const Home& home,
                                                      const Normaliser& normaliser);

}  // namespace msh::custodian
