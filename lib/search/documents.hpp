// The format of a document that waits in the keystore's buffer for a segment: a header that identifies the normaliser,
// then the object's terms. Terms are patient data; the keystore wraps them.
//
//     normaliser's version (4 bytes) || its configuration (32) || for each term: size (4), field, size (4), value
//
// An empty document means that its object's sealed box could not be opened; each flush tries again.
#pragma once

#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"
#include "record/object.hpp"
#include "record/sealed.hpp"
#include "search/normaliser.hpp"
#include "terms/term.hpp"

namespace msh::search {

// SHA-256 of the normaliser's description.
[[nodiscard]] Digest configuration_of(const Normaliser& normaliser);

// All search terms of an object: the values of its original, and the pseudonyms that replaced them.
[[nodiscard]] std::vector<terms::Term> terms_of(const record::Sealed& sealed, const Normaliser& normaliser);

[[nodiscard]] Bytes pack_terms(std::span<const terms::Term> terms, const Normaliser& normaliser);
// Throws Error (failed) if it was not made by pack_terms().
[[nodiscard]] std::vector<terms::Term> unpack_terms(ByteView packed);
// Whether it was packed by this version and configuration.
[[nodiscard]] bool is_current(ByteView packed, const Normaliser& normaliser);

// Opens the object's box, and packs its terms. Returns an empty document if the box does not open.
[[nodiscard]] Bytes pack_object(keystore::Keystore& keystore, const record::Object& object,
                                const Normaliser& normaliser);

}  // namespace msh::search
