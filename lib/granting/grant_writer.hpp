// Writes grants: records in, a file a recipient out (record/grant.hpp has the format).
//
//     GrantWriter writer(home, keystore, program);
//     writer.add(object);                          // each record
//     GrantFiles files(terms.recipients, output);
//     writer.write(terms, files);
//
// Only a selection of the objects is kept (keystore/selection.hpp), so that a grant of a million records fits into
// little memory. The keystore is read twice: to compute the roots that are signed, and to write the files. Before the
// first file is written, the limits are checked for all records (granting/grant_scope.hpp), and the statement has its
// leaf in the log.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "custodian/opening.hpp"
#include "granting/grant_files.hpp"
#include "granting/grant_scope.hpp"
#include "granting/recipients.hpp"
#include "granting/statements.hpp"
#include "keystore/grants.hpp"
#include "keystore/keystore.hpp"
#include "keystore/selection.hpp"
#include "record/grant.hpp"

namespace msh::granting {

struct GrantTerms {
    std::vector<Recipient> recipients;
    std::optional<std::int64_t> not_after{};  // when the grant ends; earlier if a grant that it passes on ends earlier
    std::optional<std::string> label{};       // a note that only the own keystore keeps
    ScopeLimits limits{};
};

class GrantWriter {
  public:
    // Needs the unlocked keystore. All must outlive it.
    GrantWriter(const custodian::Home& home, keystore::Keystore& keystore, Program& program);

    // Adds the object of a record from outside. Throws Error (input, refused) if it cannot be granted: it is not known
    // or not anchored, its study's secret is not held or no grant of it is in force, or an object already added has the
    // same id or study from another issuer. The others are granted without it.
    void add(const record::Object& object);
    // Writes the grants. Throws Error: `input` if there is nothing to grant, `refused` if the objects span more than
    // the limits allow, `again` if records changed meanwhile. A grant of which nothing left is not recorded as given.
    void write(const GrantTerms& terms, GrantFiles& files);

  private:
    [[nodiscard]] std::int64_t open(const record::Object& object);  // returns its number
    void add_parents(const keystore::StudyEpoch& study);
    [[nodiscard]] record::GrantedStudy describe(const keystore::Selection::Study& selected);
    [[nodiscard]] record::Statement draft(const GrantTerms& terms);
    void write_lines(const record::Statement& statement, const GrantTerms& terms, GrantFiles& files);

    const custodian::Home& home_;
    keystore::Keystore& keystore_;
    Program& program_;
    keystore::Grants grants_;
    custodian::Opener opener_;
    keystore::Selection selection_;
    GrantScope scope_;
    Statements statements_;
    std::set<Digest> parents_;                  // hashes of the statements by which re-granted studies came here
    std::optional<std::int64_t> earliest_end_;  // of what was granted to the own custodian
};

}  // namespace msh::granting
