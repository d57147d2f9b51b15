#include "granting/grant_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "crypto/object_key.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "granting/leaves.hpp"
#include "json/line.hpp"
#include "keystore/issuers.hpp"
#include "log/note.hpp"
#include "merkle/hash.hpp"

namespace msh::granting {
namespace {

constexpr std::size_t objects_at_once = 4096;

[[noreturn]] void contradicts(const char* what) {
    throw Error(ErrorKind::input, std::string("the grant does not match its statement: ") + what);
}

[[noreturn]] void throw_forked() {
    throw Error(ErrorKind::refused, "the issuer's log was forked: two different trees of the same size are signed");
}

// The statement in a note that its own issuer has signed.
record::Statement open_statement(const std::string& note) {
    const auto opened = log::parse_note(note);
    if (!opened) throw Error(ErrorKind::input, "the grant's statement is not a signed note");
    record::Statement statement = record::read_statement(opened->text);
    if (!custodian::is_signed_by(*opened, statement.issuer)) {
        throw Error(ErrorKind::input, "the grant's statement is not signed by its issuer");
    }
    return statement;
}

record::Object read_granted(ByteView text) {
    const json::Line line = json::Line::parse(std::string(as_text(text)));
    for (const char* member : {"sealed", "payload.path", "payload.shards", "original.path", "original.shards"}) {
        if (line.has(member)) contradicts("a record with parts that are not granted");
    }
    if (!record::is_object(line)) contradicts("a line that is not an object record");
    record::Object object = record::read_object(line);
    if (!object.sealed_sha256) contradicts("a record without 'sealed_sha256'");
    return object;
}

}  // namespace

GrantReader::GrantReader(keystore::Keystore& keystore, IsWanted is_wanted)
    : keystore_(keystore),
      grants_(keystore),
      objects_(keystore),
      studies_(keystore),
      is_wanted_(std::move(is_wanted)) {}

void GrantReader::take(ByteView line) {
    if (!transaction_) return take_statement(line);
    if (study_ && study_tree_.size() < study_->study.records) return take_record(line);
    end_study();
    take_study(line);
}

void GrantReader::take_statement(ByteView line) {
    const record::GrantLine first = record::read_grant_line(as_text(line));
    statement_ = open_statement(first.statement);
    require_for_us();
    require_in_log(first);
    fingerprint_ = record::fingerprint(statement_.issuer);
    const bool pinned = keystore::Issuers(keystore_).find(fingerprint_).has_value();
    if (!is_wanted_(fingerprint_, pinned)) {
        throw Error(ErrorKind::refused, "the issuer of the grant was not confirmed",
                    "its fingerprint is " + fingerprint_ + "; compare it with its owner's, then use --issuer");
    }
    transaction_ = std::make_unique<keystore::Transaction>(keystore_);
    pin_issuer();
    is_new_ = grants_.add_accepted(
        {statement_.grant, first.statement, fingerprint_, statement_.not_before, statement_.not_after, seconds_now()});
}

void GrantReader::require_for_us() const {
    if (statement_.recipient != custodian::public_keys(keystore_).recipient) {
        throw Error(ErrorKind::refused, "the grant's statement is for another recipient");
    }
    if (statement_.not_after && *statement_.not_after < seconds_now()) {
        throw Error(ErrorKind::refused, "the grant has expired");
    }
}

void GrantReader::require_in_log(const record::GrantLine& first) {
    log_key_ = log::parse_verifier_key(statement_.issuer.log);
    if (!log_key_ || log_key_->name != statement_.origin) contradicts("the log's key is not that of its origin");
    proofs_ = std::make_unique<log::ProofVerifier>(log::Trust{*log_key_, {}});
    const Digest hash = statement_hash(log::parse_note(first.statement)->text);
    if (first.anchor.origin != statement_.origin || !is_proved(first.anchor, statement_leaf(hash, first.anchor.salt))) {
        contradicts("its own entry in the log");
    }
}

// A log is found by its name: two of one name could not be told apart.
void GrantReader::require_own_log_name() const {
    const log::VerifierKey own = custodian::log_key(keystore_);
    if (own.name == statement_.origin && own != *log_key_)
        throw Error(ErrorKind::refused, "the issuer's log has the name of your own log but another key");
    for (const keystore::Issuer& other : keystore::Issuers(keystore_).with_log(statement_.origin)) {
        if (other.log_key == statement_.issuer.log) continue;
        throw Error(ErrorKind::refused, "the issuer's log has the name of another issuer's log and another key",
                    "the other issuer's fingerprint is " + other.fingerprint +
                        "; one that is not wanted is unpinned by 'msh-key forget'");
    }
}

void GrantReader::pin_issuer() {
    require_own_log_name();
    keystore::Issuers issuers(keystore_);
    if (issuers.find(fingerprint_)) return;
    issuers.pin(
        {fingerprint_, record::card_text(statement_.issuer), statement_.origin, statement_.issuer.log, seconds_now()});
}

void GrantReader::take_study(ByteView line) {
    study_ = record::read_study(line);
    study_tree_ = merkle::CompactTree();
    const record::GrantedStudy& study = study_->study;
    if (!constant_time_equal(crypto::study_commitment(study_->secret), study.kc)) contradicts("a study's secret");
    if (study.records == 0) contradicts("a study without records");
    if (!studies_taken_.emplace(study.id, study.epoch, study.kc).second) contradicts("a study twice");
    tree_.append(study_leaf_hash(study));
}

void GrantReader::take_record(ByteView line) {
    const record::Object object = read_granted(line);
    const record::GrantedStudy& study = study_->study;
    if (object.study != study.id || object.epoch != study.epoch) contradicts("a record of another study");
    if (!constant_time_equal(crypto::object_commitment(study_->secret, object.id), object.kc))
        contradicts("a record's kc");
    const Digest leaf = custodian::leaf_data(object);
    study_tree_.append(merkle::leaf_hash(leaf));
    ids_.push_back(object.id);
    if (object.anchor->origin == statement_.origin) {
        if (!is_proved(*object.anchor, leaf)) contradicts("a record's proof");
    }
    const keystore::StudyEpoch name{study.id, study.epoch, study.kc, fingerprint_};
    if (study_tree_.size() == 1) {
        studies_.receive({study.id, study.epoch, object.profile, study_->secret, fingerprint_});
        if (is_new_) grants_.add_study(statement_.grant, name);
    }
    const std::int64_t number = objects_.receive(object, name);
    if (!is_new_) return;
    taken_.push_back(number);
    if (taken_.size() == objects_at_once) flush_objects();
}

bool GrantReader::is_proved(const record::Anchor& anchor, const Digest& leaf) {
    if (!anchor.proof) return false;
    const auto result = proofs_->verify(as_text(*anchor.proof), leaf);
    const auto* verified = std::get_if<log::VerifiedProof>(&result);
    if (verified == nullptr || verified->index != anchor.index) return false;
    const log::SignedCheckpoint& checkpoint = verified->checkpoint;
    if (newest_ && newest_->size == checkpoint.size && newest_->root != checkpoint.root) throw_forked();
    if (!newest_ || newest_->size < checkpoint.size) newest_ = keystore::LogHead{checkpoint.size, checkpoint.root};
    return true;
}

// Who signs the own log knows its heads better.
void GrantReader::note_head() {
    if (*log_key_ == custodian::log_key(keystore_)) return;
    if (!keystore::Heads(keystore_).add_log_head(statement_.issuer.log, *newest_)) throw_forked();
}

void GrantReader::flush_objects() {
    grants_.add_objects(statement_.grant, taken_);
    taken_.clear();
}

void GrantReader::end_study() {
    if (!study_) return;
    if (study_tree_.size() != study_->study.records || study_tree_.root() != study_->study.root) {
        contradicts("a study's records");
    }
    std::sort(ids_.begin(), ids_.end());
    if (std::adjacent_find(ids_.begin(), ids_.end()) != ids_.end()) contradicts("an object twice");
    ids_.clear();
    study_.reset();
}

void GrantReader::finish() {
    if (!transaction_) throw Error(ErrorKind::input, "the grant is empty");
    end_study();
    if (tree_.size() != statement_.studies || tree_.root() != statement_.root) contradicts("its studies");
    flush_objects();
    note_head();
    transaction_->commit();
    transaction_.reset();
}

void GrantReader::for_each_record(const std::function<void(const record::Object&)>& call) {
    grants_.for_each_object(statement_.grant, call);
}

}  // namespace msh::granting
