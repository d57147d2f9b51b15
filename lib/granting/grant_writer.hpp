// Writes grants: records in, a file a recipient out (record/grant.hpp has the format).
//
//     GrantWriter writer(home, keystore, program);
//     writer.add(object);                          // each record
//     GrantFiles files(terms.recipients, output);
//     writer.write(terms, files);
//
// Of the records only a selection is kept (keystore/selection.hpp), so that a grant of a million records fits into
// little memory; the keystore is read for the roots that the statement is signed over, and again while the files are
// written. Nothing leaves before it is known what all of the records span (granting/grant_scope.hpp), and before the
// statement has its leaf in the log.
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
    std::optional<std::int64_t> not_after{};  // the grant ends no later than what it is granted on from
    std::optional<std::string> label{};       // a note that only the own keystore keeps
    ScopeLimits limits{};
};

class GrantWriter {
  public:
    // Needs the unlocked keystore. All must outlive it.
    GrantWriter(const custodian::Home& home, keystore::Keystore& keystore, Program& program);

    // Adds the object of a record from outside. Throws Error (input, refused) where it cannot be granted: one that is
    // not known or not anchored, whose study's secret is not held or not in force, or that shares its name or study
    // with one of another issuer that was added. The others are granted without it.
    void add(const record::Object& object);
    // Writes the grants. Error: `input` when there is nothing to grant, `refused` where that spans more than the limits
    // allow, `again` when records changed meanwhile. A grant of which nothing left is not noted as given.
    void write(const GrantTerms& terms, GrantFiles& files);

  private:
    [[nodiscard]] std::int64_t open(const record::Object& object);  // gives its number
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
    std::set<Digest> parents_;                  // hashes of the statements by which granted-on studies came here
    std::optional<std::int64_t> earliest_end_;  // of what was granted to the own custodian
};

}  // namespace msh::granting
