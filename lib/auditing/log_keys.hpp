// The keys that checkpoints are checked with. A log's name is what its owner says, so several may bear one: a key is
// what a log is known by. Keys that were pinned with a grant count for a name only where neither the user nor the own
// log has one of it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "keystore/keystore.hpp"
#include "log/key.hpp"

namespace msh::auditing {

class LogKeys {
  public:
    // With a keystore: the own key, and those of the issuers of accepted grants.
    explicit LogKeys(keystore::Keystore* keystore);

    // One that the user trusts.
    void add(const log::VerifierKey& key) { given_.push_back(key); }

    // The keys that a log of this name may be signed with.
    [[nodiscard]] std::vector<log::VerifierKey> of(std::string_view name) const;
    [[nodiscard]] const std::optional<log::VerifierKey>& own() const noexcept { return own_; }

  private:
    std::optional<log::VerifierKey> own_;
    std::vector<log::VerifierKey> given_;
    std::vector<log::VerifierKey> pinned_;
};

}  // namespace msh::auditing
