#include "granting/grant_writer.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "granting/encrypted_lines.hpp"
#include "granting/leaves.hpp"
#include "granting/summary.hpp"
#include "keystore/anchors.hpp"
#include "keystore/shredding.hpp"
#include "log/note.hpp"
#include "log/reader.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"

namespace msh::granting {
namespace {

// Of two ends, where nothing means never.
std::optional<std::int64_t> earlier(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
    if (!a || !b) return a ? a : b;
    return std::min(a, b);
}

// What a recipient gets of a record: no sealed box but its hash, no path, and the proof.
record::Object granted_part(record::Object object, const std::string& origin, log::Reader& log) {
    object.sealed_sha256 = record::sealed_hash(object);
    object.sealed.reset();
    object.payload.path.reset();
    if (object.original) object.original->path.reset();
    if (object.anchor->origin == origin)
        object.anchor->proof = own_proof(log, object.anchor->index, custodian::leaf_data(object));
    return object;
}

Error granted_already(const std::string& what) {
    return {ErrorKind::input, "a record of this " + what + " that came from another issuer is granted already",
            "grant the records of one issuer at a time"};
}

}  // namespace

GrantWriter::GrantWriter(const custodian::Home& home, keystore::Keystore& keystore, Program& program)
    : home_(home),
      keystore_(keystore),
      program_(program),
      grants_(keystore),
      opener_(keystore),
      selection_(keystore),
      scope_(keystore, GrantScope::Disclosed::secrets, program),
      statements_(home, keystore, selection_) {}

void GrantWriter::add(const record::Object& object) {
    const std::int64_t number = open(object);
    if (selection_.has_other_of_its_name(number)) throw granted_already("object");
    if (selection_.has_other_of_its_study(number)) throw granted_already("study");
    if (!selection_.add(number)) throw keystore::not_found_error(keystore_, object.study);
}

std::int64_t GrantWriter::open(const record::Object& object) {
    const auto known = opener_.open_object(object);
    if (!known) throw keystore::not_found_error(keystore_, object.study);
    const auto& [number, record, study] = *known;
    if (!record.anchor) throw Error(ErrorKind::input, "the record is not anchored", "run msh-anchor first");
    (void)custodian::open_about(record, study.secret);
    scope_.add(record, study);
    earliest_end_ = earlier(earliest_end_, study.not_after);
    const bool is_received = record.sealed_sha256.has_value();
    if (is_received) add_parents(study.name);
    return number;
}

void GrantWriter::add_parents(const keystore::StudyEpoch& study) {
    for (const keystore::AcceptedGrant& grant : grants_.grants_for(study)) {
        const auto note = log::parse_note(grant.statement);
        if (note) parents_.insert(statement_hash(note->text));
    }
}

record::GrantedStudy GrantWriter::describe(const keystore::Selection::Study& selected) {
    record::GrantedStudy study;
    study.id = selected.name.study;
    study.epoch = selected.name.epoch;
    study.kc = selected.name.commitment;
    merkle::CompactTree tree;
    selection_.for_each(
        selected, [&](const record::Object& object) { tree.append(merkle::leaf_hash(custodian::leaf_data(object))); });
    study.records = tree.size();
    study.root = tree.root();
    program_.stop_if_signalled();
    return study;
}

record::Statement GrantWriter::draft(const GrantTerms& terms) {
    record::Statement statement;
    statement.issuer = custodian::public_keys(keystore_);
    statement.not_before = seconds_now();
    statement.not_after = earlier(terms.not_after, earliest_end_);
    statement.parents.assign(parents_.begin(), parents_.end());
    statement.origin = keystore::Anchors(keystore_).origin();
    merkle::CompactTree tree;
    for (auto study = selection_.first(); study; study = selection_.after(*study))
        tree.append(study_leaf_hash(describe(*study)));
    statement.studies = tree.size();
    statement.root = tree.root();
    return statement;
}

void GrantWriter::write(const GrantTerms& terms, GrantFiles& files) {
    if (selection_.size() == 0) throw Error(ErrorKind::input, "there is nothing to grant");
    scope_.require_within(terms.limits);
    const record::Statement statement = draft(terms);
    if (statement.studies == 0) throw Error(ErrorKind::again, "the records were removed while they were being granted");
    if (statement.not_after != terms.not_after) {
        program_.note("the grant ends with " + to_rfc3339(*statement.not_after) +
                      ", like the grant that it is based on");
    }
    scope_.note_names();
    note_recipients(terms.recipients, program_);
    try {
        statements_.issue(statement, terms.recipients, terms.label);
        write_lines(statement, terms, files);
    } catch (...) {
        statements_.withdraw(files);
        throw;
    }
    note_granted(program_, {selection_.size(), statement.studies, terms.recipients.size()},
                 end_text(statement.not_after));
}

void GrantWriter::write_lines(const record::Statement& statement, const GrantTerms& terms, GrantFiles& files) {
    log::Reader log = custodian::open_log(keystore_, home_);
    EncryptedLines lines(terms.recipients, files);
    lines.write_each(statements_.first_lines(log));
    merkle::CompactTree written;
    for (auto selected = selection_.first(); selected; selected = selection_.after(*selected)) {
        const Key secret = opener_.open_study(selected->name).secret;
        const record::GrantedStudy study = describe(*selected);
        written.append(study_leaf_hash(study));
        lines.write(record::to_json(study, secret));
        selection_.for_each(*selected, [&](const record::Object& object) {
            lines.write(as_bytes(record::to_json(granted_part(object, statement.origin, log))));
        });
    }
    if (written.root() != statement.root) throw Error(ErrorKind::again, "records changed while they were granted");
    lines.finish();
    files.commit();
}

}  // namespace msh::granting
