// The leaves of a grant: that of its statement in the issuer's log, and those of its studies and records in the trees
// that the statement commits to (record/grant.hpp). GrantWriter and GrantReader both use them. None fails for any
// input.
#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "record/grant.hpp"
#include "record/object.hpp"

namespace msh::granting {

// Of the statement's text, without its signature.
[[nodiscard]] Digest statement_hash(std::string_view text);

// The leaf data of a statement in the issuer's log.
[[nodiscard]] Digest statement_leaf(const Digest& statement_hash, const Digest& salt);

// The leaf hash of a study in the tree of the statement.
[[nodiscard]] Digest study_leaf_hash(const record::GrantedStudy& study);

}  // namespace msh::granting
