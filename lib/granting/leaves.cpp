#include "granting/leaves.hpp"

#include "crypto/hash.hpp"
#include "custodian/anchoring.hpp"
#include "merkle/hash.hpp"

namespace msh::granting {

Digest statement_hash(std::string_view text) {
    return crypto::sha256(as_bytes(text));
}

Digest statement_leaf(const Digest& statement_hash, const Digest& salt) {
    return custodian::leaf_data(salt, record::committed_text_of_grant(statement_hash));
}

Digest study_leaf_hash(const record::GrantedStudy& study) {
    return merkle::leaf_hash(as_bytes(record::study_text(study)));
}

}  // namespace msh::granting
