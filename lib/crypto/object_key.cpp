#include "crypto/object_key.hpp"

#include "crypto/mac.hpp"

namespace msh::crypto {

Digest study_commitment(const Key& study_secret) {
    return hmac_sha256(study_secret.view(), {as_bytes("msh/v1/study-kc")});
}

FileKey object_file_key(const Key& study_secret, const Id& object) {
    FileKey key;
    hkdf_sha256(study_secret.view(), object, "msh/v1/object", key.writable());
    return key;
}

Digest object_commitment(const Key& study_secret, const Id& object) {
    Digest commitment{};
    hkdf_sha256(study_secret.view(), object, "msh/v1/kc", commitment);
    return commitment;
}

}  // namespace msh::crypto
