#include "auditing/log_keys.hpp"

#include <algorithm>
#include <iterator>

#include "custodian/anchoring.hpp"
#include "keystore/issuers.hpp"

namespace msh::auditing {

LogKeys::LogKeys(keystore::Keystore* keystore) {
    if (keystore == nullptr) return;
    own_ = custodian::log_key(*keystore);
    for (const keystore::Issuer& issuer : keystore::Issuers(*keystore).list()) {
        if (const auto key = log::parse_verifier_key(issuer.log_key)) pinned_.push_back(*key);
    }
}

std::vector<log::VerifierKey> LogKeys::of(std::string_view name) const {
    std::vector<log::VerifierKey> keys;
    const auto has_name = [&](const log::VerifierKey& key) { return key.name == name; };
    std::copy_if(given_.begin(), given_.end(), std::back_inserter(keys), has_name);
    if (own_ && has_name(*own_)) keys.push_back(*own_);
    if (keys.empty()) std::copy_if(pinned_.begin(), pinned_.end(), std::back_inserter(keys), has_name);
    return keys;
}

}  // namespace msh::auditing
