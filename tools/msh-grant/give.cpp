#include "give.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "crypto/age.hpp"
#include "crypto/hash.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "keystore/anchors.hpp"
#include "keystore/identities.hpp"
#include "keystore/shredding.hpp"
#include "log/note.hpp"
#include "log/reader.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"
#include "summary.hpp"

namespace msh {
namespace {

Digest random_digest() {
    Digest digest{};
    crypto::fill_random(digest);
    return digest;
}

// Of two ends, where nothing means never.
std::optional<std::int64_t> earlier(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
    if (!a || !b) return a ? a : b;
    return std::min(a, b);
}

Digest leaf_of(const Digest& statement_hash, const Digest& salt) {
    return custodian::leaf_data(salt, record::committed_text_of_grant(statement_hash));
}

Bytes proof_of(log::Reader& log, std::uint64_t index, const Digest& leaf) {
    const auto proof = log.proof(index, leaf);
    if (!proof)
        throw Error(ErrorKind::failed, "log and keystore have different leaves at index " + std::to_string(index));
    return {proof->begin(), proof->end()};
}

// What a recipient gets of a record: no sealed box but its hash, no path, and the proof.
void make_grantable(record::Object& object, const std::string& origin, log::Reader& log) {
    object.sealed_sha256 = record::sealed_hash(object);
    object.sealed.reset();
    object.payload.path.reset();
    if (object.original) object.original->path.reset();
    if (object.anchor->origin != origin) return;
    object.anchor->proof = proof_of(log, object.anchor->index, custodian::leaf_data(object));
}

Error granted_already(const std::string& what) {
    return {ErrorKind::input, "a record of this " + what + " that came from another issuer is granted already",
            "grant the records of one issuer at a time"};
}

Digest study_leaf(const record::GrantedStudy& study) {
    return merkle::leaf_hash(as_bytes(record::study_text(study)));
}

// The grants of all recipients, written side by side: they differ in their statements alone.
class Writers {
  public:
    Writers(const std::vector<Recipient>& recipients, GrantFiles& files) {
        for (std::size_t i = 0; i < recipients.size(); ++i) {
            encryptors_.emplace_back(std::span(&recipients[i].key, 1),
                                     [&files, i](ByteView part) { files.write(i, part); });
        }
    }

    void line(std::size_t recipient, ByteView text) {
        encryptors_[recipient].write(text);
        encryptors_[recipient].write(as_bytes("\n"));
    }
    void line(ByteView text) {
        for (std::size_t i = 0; i < encryptors_.size(); ++i)
            line(i, text);
    }
    void finish() {
        for (crypto::AgeEncryptor& encryptor : encryptors_)
            encryptor.finish();
    }

  private:
    std::vector<crypto::AgeEncryptor> encryptors_;
};

}  // namespace

void Giver::take(cli::Batch& batch) {
    batch.drop_other_types();
    for (cli::Item* item : batch.objects()) {
        item->dropped = true;
        const record::Object& object = *item->object;
        try {
            const std::int64_t number = check(object);
            if (selection_.has_other_of_its_name(number)) throw granted_already("object");
            if (selection_.has_other_of_its_study(number)) throw granted_already("study");
            if (!selection_.add(number)) throw keystore::not_found_error(keystore_, object.study);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input && error.kind() != ErrorKind::refused) throw;
            item->fail(error);
        }
    }
}

std::int64_t Giver::check(const record::Object& object) {
    const auto known = opener_.open_object(object);
    if (!known) throw keystore::not_found_error(keystore_, object.study);
    const auto& [number, record, study] = *known;
    if (!record.anchor) throw Error(ErrorKind::input, "the record is not anchored", "run msh-anchor first");
    (void)custodian::open_about(record, study.secret);
    spread_.add(record, study);
    limit_ = earlier(limit_, study.not_after);
    const bool is_own = !record.sealed_sha256;
    if (is_own) return number;
    for (const keystore::AcceptedGrant& grant : grants_.grants_for(study.name)) {
        const auto note = log::parse_note(grant.statement);
        if (note) parents_.insert(crypto::sha256(as_bytes(note->text)));
    }
    return number;
}

record::GrantedStudy Giver::describe(const keystore::Selection::Study& selected) {
    record::GrantedStudy study;
    study.id = selected.name.study;
    study.epoch = selected.name.epoch;
    study.kc = selected.name.commitment;
    merkle::CompactTree tree;
    selection_.for_each(
        selected, [&](const record::Object& object) { tree.append(merkle::leaf_hash(custodian::leaf_data(object))); });
    study.records = tree.size();
    study.root = tree.root();
    cli::stop_if_signalled();
    return study;
}

record::Statement Giver::draft(const GrantTerms& terms) {
    record::Statement statement;
    statement.issuer = custodian::public_keys(keystore_);
    statement.not_before = seconds_now();
    statement.not_after = earlier(terms.not_after, limit_);
    statement.parents.assign(parents_.begin(), parents_.end());
    statement.origin = keystore::Anchors(keystore_).origin();
    merkle::CompactTree tree;
    for (auto study = selection_.first(); study; study = selection_.after(*study)) {
        tree.append(study_leaf(describe(*study)));
    }
    statement.studies = tree.size();
    statement.root = tree.root();
    return statement;
}

std::string Giver::sign(const record::Statement& statement) const {
    const Key seed = keystore::Identities(keystore_).private_key(keystore::Identity::statement);
    return log::Signer(custodian::statement_key_name(), seed).sign(record::to_text(statement));
}

record::Anchor Giver::anchor(const Digest& statement_hash) {
    const keystore::LogSubject subject{"grant", statement_hash};
    const auto assigned = keystore::Anchors(keystore_).assign(
        {&subject, 1}, [&](std::size_t, const Digest& salt) { return leaf_of(statement_hash, salt); });
    return assigned.front().anchor;
}

// A statement for each recipient, which has its leaf in the log before it leaves.
std::vector<Giver::Issued> Giver::issue(record::Statement statement, const GrantTerms& terms) {
    custodian::require_keystore_up_to_date(keystore_, home_);
    const std::uint64_t records = selection_.size();
    std::vector<Issued> issued;
    for (const Recipient& recipient : terms.recipients) {
        statement.grant = random_digest();
        statement.revocation_salt = random_digest();
        statement.recipient = recipient.key.text();
        const Digest hash = crypto::sha256(as_bytes(record::to_text(statement)));
        const std::string note = sign(statement);
        keystore::Transaction transaction(keystore_);
        grants_.add_given({statement.grant, note, statement.recipient, seconds_now(), records, statement.studies,
                           statement.not_after, recipient.fingerprint},
                          terms.label);
        selection_.note_given(statement.grant);
        issued.push_back({note, hash, anchor(hash)});
        transaction.commit();
        given_.push_back(statement.grant);
    }
    custodian::publish(keystore_, home_);
    return issued;
}

void Giver::write(const GrantTerms& terms, GrantFiles& files) {
    if (selection_.size() == 0) throw Error(ErrorKind::input, "there is nothing to grant");
    spread_.require(terms.limits);
    const record::Statement statement = draft(terms);
    if (statement.studies == 0) throw Error(ErrorKind::again, "the records were removed while they were being granted");
    if (statement.not_after != terms.not_after) {
        cli::say_note("the grant ends with " + to_rfc3339(*statement.not_after) +
                      ", like the grant that it is based on");
    }
    spread_.tell_names();
    tell_recipients(terms.recipients);
    try {
        write(issue(statement, terms), statement, terms, files);
    } catch (...) {
        take_back(files);
        throw;
    }
    say_granted({selection_.size(), statement.studies, terms.recipients.size()}, until(statement.not_after));
}

void Giver::write(const std::vector<Issued>& issued, const record::Statement& statement, const GrantTerms& terms,
                  GrantFiles& files) {
    log::Reader log = custodian::open_log(keystore_, home_);
    Writers writers(terms.recipients, files);
    for (std::size_t i = 0; i < issued.size(); ++i) {
        record::Anchor anchor = issued[i].anchor;
        anchor.proof = proof_of(log, anchor.index, leaf_of(issued[i].statement_hash, anchor.salt));
        writers.line(i, as_bytes(record::grant_line(issued[i].note, anchor)));
    }
    merkle::CompactTree written;
    for (auto selected = selection_.first(); selected; selected = selection_.after(*selected)) {
        const Key secret = opener_.open_study(selected->name).secret;
        const record::GrantedStudy study = describe(*selected);
        written.append(study_leaf(study));
        writers.line(record::to_json(study, secret));
        selection_.for_each(*selected, [&](record::Object object) {
            make_grantable(object, statement.origin, log);
            writers.line(as_bytes(record::to_json(object)));
        });
    }
    if (written.root() != statement.root) throw Error(ErrorKind::again, "records changed while they were granted");
    writers.finish();
    files.commit();
}

// Its leaf stays in the log.
void Giver::take_back(const GrantFiles& files) {
    try {
        selection_.clear();  // of these grants nothing is left
        keystore::Transaction transaction(keystore_);
        for (std::size_t i = 0; i < given_.size(); ++i) {
            if (!files.may_have_left(i)) selection_.correct_given(given_[i]);
        }
        transaction.commit();
    } catch (const Error&) {
        // What failed first is reported. The keystore may lie on the same full disk, and lists a grant too many then.
    }
}

}  // namespace msh
