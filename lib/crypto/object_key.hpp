// What is derived from a study's secret, for itself and for one object (see the architecture page, "Keys"):
//
//     study's kc  = HMAC-SHA256(study secret, "msh/v1/study-kc"), 32 bytes
//     file key    = HKDF-SHA256(ikm = study secret, salt = object id, info = "msh/v1/object"), 16 bytes
//     kc          = HKDF-SHA256(ikm = study secret, salt = object id, info = "msh/v1/kc"), 32 bytes
//
// The file key is age's: the payload is what follows the header of an age file under it. kc commits to the study secret
// and is public; it is compared before anything is decrypted, because the cipher does not commit to its key.
#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::crypto {

// What a grant's statement commits to, and what tells two studies of one id apart.
[[nodiscard]] Digest study_commitment(const Key& study_secret);
[[nodiscard]] FileKey object_file_key(const Key& study_secret, const Id& object);
[[nodiscard]] Digest object_commitment(const Key& study_secret, const Id& object);

}  // namespace msh::crypto
