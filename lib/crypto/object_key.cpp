#include "crypto/object_key.hpp"

#include "crypto/mac.hpp"

namespace msh::crypto {

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
