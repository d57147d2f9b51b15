// The statements of a grant, one a recipient: each is signed, noted in the keystore as given, and has its leaf in the
// published log before its grant leaves.
//
//     Statements statements(home, keystore, selection);
//     statements.issue(draft, recipients, label);
//     ... the grants are written; if that fails:
//     statements.withdraw(files);
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "custodian/home.hpp"
#include "granting/grant_files.hpp"
#include "granting/recipients.hpp"
#include "keystore/keystore.hpp"
#include "keystore/selection.hpp"
#include "log/reader.hpp"
#include "record/grant.hpp"

namespace msh::granting {

class Statements {
  public:
    // All must outlive it. The selection holds what is granted.
    Statements(const custodian::Home& home, keystore::Keystore& keystore, keystore::Selection& selection)
        : home_(home), keystore_(keystore), selection_(selection) {}

    // For each recipient, fills in grant id, revocation salt and recipient, signs the statement and records it; then
    // publishes the leaves. Throws Error (failed) if the keystore is older than its log, or the log is damaged; some
    // statements may have been recorded then.
    void issue(record::Statement draft, const std::vector<Recipient>& recipients,
               const std::optional<std::string>& label);

    // The first line of each grant, with a proof from the log.
    [[nodiscard]] std::vector<std::string> first_lines(log::Reader& log) const;

    // The keystore forgets the statements of which nothing may have left. Their leaves stay in the log. Clears the
    // selection. Throws no Error, so that the one that made it necessary is reported. If the keystore cannot be
    // changed, it lists a grant too many.
    void withdraw(const GrantFiles& files);

  private:
    struct Issued {
        Digest grant{};
        std::string note;  // the signed statement
        Digest hash{};
        record::Anchor anchor;
    };

    [[nodiscard]] std::string sign(const std::string& text) const;
    [[nodiscard]] record::Anchor assign_leaf(const Digest& hash);

    const custodian::Home& home_;
    keystore::Keystore& keystore_;
    keystore::Selection& selection_;
    std::vector<Issued> issued_;  // noted in the keystore
};

// The proof of a leaf of the own log. Throws Error (failed) if the log has another one there.
[[nodiscard]] Bytes own_proof(log::Reader& log, std::uint64_t index, const Digest& leaf);

}  // namespace msh::granting
