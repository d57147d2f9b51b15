// The keys that checkpoints are checked with. The owner chooses a log's name, so two logs may have the same name. A log
// is identified by its key. A key that was pinned with a grant is used for a name only if neither the user nor this
// keystore's own log has a key of that name.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "keystore/keystore.hpp"
#include "log/key.hpp"

namespace msh::auditing {

class LogKeys {
  public:
    // With a keystore: the own key, and those of the issuers of accepted grants. Throws what reading the keystore
    // throws.
    explicit LogKeys(keystore::Keystore* keystore);

    // Adds a key that the user trusts (--log-key).
    void add(const log::VerifierKey& key) { given_.push_back(key); }

    // The keys that a log of this name may be signed with; an empty list if the name is unknown.
    [[nodiscard]] std::vector<log::VerifierKey> of(std::string_view name) const;
    [[nodiscard]] const std::optional<log::VerifierKey>& own() const noexcept { return own_; }

  private:
    std::optional<log::VerifierKey> own_;
    std::vector<log::VerifierKey> given_;
    std::vector<log::VerifierKey> pinned_;
};

}  // namespace msh::auditing
