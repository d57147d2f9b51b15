// Granting: records in, a grant file a recipient out (record/grant.hpp has the format).
//
// Of the records only a selection is kept (keystore/selection.hpp), so that a grant of a million records fits into
// little memory; the keystore is read for the roots that the statement is signed over, and again while the files are
// written. The statement gets its leaf in the log before a grant leaves.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/record_loop.hpp"
#include "crypto/age_keys.hpp"
#include "custodian/home.hpp"
#include "custodian/opening.hpp"
#include "keystore/grants.hpp"
#include "keystore/keystore.hpp"
#include "keystore/selection.hpp"
#include "recipients.hpp"
#include "record/grant.hpp"
#include "spread.hpp"

namespace msh {

struct GrantTerms {
    std::vector<Recipient> recipients;
    std::optional<std::int64_t> not_after;  // the grant ends no later than what it is granted on from
    std::optional<std::string> label;       // a note that only the own keystore keeps
    SpreadLimits limits;
};

class Giver {
  public:
    Giver(const custodian::Home& home, keystore::Keystore& keystore)
        : home_(home),
          keystore_(keystore),
          grants_(keystore),
          opener_(keystore),
          selection_(keystore),
          spread_(keystore, Spread::Leaving::secrets) {}

    // Takes up the batch's objects; fails those that cannot be granted. Nothing of the batch leaves.
    void take(cli::Batch& batch);
    // Writes the grants. Error: `input` when there is nothing to grant, `refused` where that spans more than allowed.
    // If a file cannot be written, its grant is not noted as given any more.
    void write(const GrantTerms& terms, GrantFiles& files);

  private:
    struct Issued {
        std::string note;
        Digest statement_hash{};
        record::Anchor anchor;
    };

    [[nodiscard]] std::int64_t check(const record::Object& object);  // gives its number
    [[nodiscard]] record::GrantedStudy describe(const keystore::Selection::Study& selected);
    [[nodiscard]] record::Statement draft(const GrantTerms& terms);
    [[nodiscard]] std::string sign(const record::Statement& statement) const;
    [[nodiscard]] record::Anchor anchor(const Digest& statement_hash);
    [[nodiscard]] std::vector<Issued> issue(record::Statement statement, const GrantTerms& terms);
    void write(const std::vector<Issued>& issued, const record::Statement& statement, const GrantTerms& terms,
               GrantFiles& files);
    void take_back(const GrantFiles& files);

    const custodian::Home& home_;
    keystore::Keystore& keystore_;
    keystore::Grants grants_;
    custodian::Opener opener_;
    keystore::Selection selection_;
    Spread spread_;
    std::set<Digest> parents_;           // hashes of the statements by which granted-on studies came here
    std::vector<Digest> given_;          // what the keystore has noted as given, one a recipient
    std::optional<std::int64_t> limit_;  // when the first of what was granted to the own custodian ends
};

}  // namespace msh
