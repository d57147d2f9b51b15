#include "granting/statements.hpp"

#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "crypto/random.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "granting/leaves.hpp"
#include "keystore/anchors.hpp"
#include "keystore/grants.hpp"
#include "keystore/identities.hpp"
#include "log/note.hpp"

namespace msh::granting {
namespace {

Digest random_digest() {
    Digest digest{};
    crypto::fill_random(digest);
    return digest;
}

}  // namespace

void Statements::issue(record::Statement statement, const std::vector<Recipient>& recipients,
                       const std::optional<std::string>& label) {
    custodian::require_keystore_up_to_date(keystore_, home_);
    const std::uint64_t records = selection_.size();
    for (const Recipient& recipient : recipients) {
        statement.grant = random_digest();
        statement.revocation_salt = random_digest();
        statement.recipient = recipient.key.text();
        const std::string text = record::to_text(statement);
        Issued issued{statement.grant, sign(text), statement_hash(text), {}};
        keystore::Transaction transaction(keystore_);
        keystore::Grants(keystore_).add_given({statement.grant, issued.note, statement.recipient, seconds_now(),
                                               records, statement.studies, statement.not_after, recipient.fingerprint},
                                              label);
        selection_.note_given(statement.grant);
        issued.anchor = assign_leaf(issued.hash);
        transaction.commit();
        issued_.push_back(std::move(issued));
    }
    custodian::publish(keystore_, home_);
}

std::string Statements::sign(const std::string& text) const {
    const Key seed = keystore::Identities(keystore_).private_key(keystore::Identity::statement);
    return log::Signer(custodian::statement_key_name(), seed).sign(text);
}

record::Anchor Statements::assign_leaf(const Digest& hash) {
    const keystore::LogSubject subject{"grant", hash};
    const auto assigned = keystore::Anchors(keystore_).assign(
        {&subject, 1}, [&](std::size_t, const Digest& salt) { return statement_leaf(hash, salt); });
    return assigned.front().anchor;
}

std::vector<std::string> Statements::first_lines(log::Reader& log) const {
    std::vector<std::string> lines;
    lines.reserve(issued_.size());
    for (const Issued& issued : issued_) {
        record::Anchor anchor = issued.anchor;
        anchor.proof = own_proof(log, anchor.index, statement_leaf(issued.hash, anchor.salt));
        lines.push_back(record::grant_line(issued.note, anchor));
    }
    return lines;
}

void Statements::withdraw(const GrantFiles& files) {
    try {
        selection_.clear();  // nothing is left of these grants
        keystore::Transaction transaction(keystore_);
        for (std::size_t i = 0; i < issued_.size(); ++i) {
            if (!files.may_have_left(i)) selection_.correct_given(issued_[i].grant);
        }
        transaction.commit();
    } catch (const Error&) {
        // The keystore may lie on the disk that is full, and lists a grant too many then.
    }
}

Bytes own_proof(log::Reader& log, std::uint64_t index, const Digest& leaf) {
    const auto proof = log.proof(index, leaf);
    if (!proof)
        throw Error(ErrorKind::failed, "log and keystore have different leaves at index " + std::to_string(index));
    return {proof->begin(), proof->end()};
}

}  // namespace msh::granting
