// Which study msh-key shred is to destroy. Its pseudonym is enough where nothing else has it. Pseudonyms are public, so
// others may have granted studies under the same one: then the first digits of a commitment tell which is meant, as in
// "<32 hex digits>@1a2b3c4d". Whoever was granted a secret may have granted it on: then the first digits of the
// issuer's fingerprint stand behind another '@'.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/shredding.hpp"

namespace msh::keystore {

struct StudyName {
    Id id{};
    std::string prefix;  // of a commitment: at least 8 hex digits, or none
    std::string issuer;  // the same of a fingerprint
};

// Error (usage) for anything else.
[[nodiscard]] StudyName parse_study_name(const std::string& text);

// What is named; none where that was shredded already. Without a prefix it is all that there is: the
// own study, or the epochs of one issuer's. Error (usage) that lists them where it is not clear which is meant, (input)
// where there is none.
[[nodiscard]] std::vector<StudyOfId> choose_studies(const std::vector<StudyOfId>& studies, const StudyName& name);

}  // namespace msh::keystore
