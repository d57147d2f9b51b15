#include "granting/age_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <utility>

#include "base/attempt.hpp"
#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/parallel.hpp"
#include "base/payload_reading.hpp"
#include "base/temporary_file.hpp"
#include "crypto/age.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"
#include "granting/summary.hpp"
#include "ipfs/payload.hpp"
#include "keystore/grants.hpp"

namespace msh::granting {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20;

void copy(int payload, int to) {
    Bytes buffer(buffer_size);
    std::uint64_t done = 0;
    while (const std::size_t got = read_payload(payload, buffer, done)) {
        write_all(to, ByteView(buffer).first(got));
        done += got;
    }
}

}  // namespace

AgeWriter::AgeWriter(const custodian::Home& home, keystore::Keystore& keystore, AgeTerms terms, Program& program)
    : keystore_(keystore),
      program_(program),
      objects_(keystore),
      opener_(keystore),
      selection_(keystore),
      scope_(keystore, GrantScope::Disclosed::objects, program),
      places_(home),
      terms_(std::move(terms)) {
    for (const Recipient& recipient : terms_.recipients)
        keys_.push_back(recipient.key);
    make_folder(terms_.folder, 0700);
    std::error_code ignored;
    if (fs::is_directory(home.store(), ignored)) store_.emplace(home.store(), ipfs::BlockStore::Access::read);
}

void AgeWriter::add(std::uint64_t position, const record::Object& object) {
    const auto known = opener_.open_object(object);
    if (!known) throw Error(ErrorKind::input, "the object is not in this keystore");
    (void)custodian::open_about(known->record, known->study.secret);
    if (!selection_.add(known->number)) throw Error(ErrorKind::input, "the object is not in this keystore");
    scope_.add(known->record, known->study);
    added_.push_back({position, object.id, known->number, object.payload.path});
}

bool AgeWriter::write(const Written& written) {
    if (added_.empty()) throw Error(ErrorKind::input, "there is nothing to grant");
    scope_.require_within(terms_.limits);
    find_shared_ids();
    scope_.note_names();
    note_recipients(terms_.recipients, program_);
    note_given();
    try {
        write_all_files(written);
    } catch (...) {
        try {
            correct_given();
        } catch (const Error&) {
            // What failed first is reported. The keystore may lie on the same full disk, and lists too much then.
        }
        throw;
    }
    const bool is_complete = named_.size() == added_.size();
    if (!is_complete) correct_given();
    if (named_.empty()) return false;
    note_granted(program_, {selection_.size(), selection_.studies(), terms_.recipients.size()}, "as age files");
    return is_complete;
}

void AgeWriter::note_given() {
    keystore::Transaction transaction(keystore_);
    for (const Recipient& recipient : terms_.recipients) {
        Digest id{};
        crypto::fill_random(id);
        keystore::Grants(keystore_).add_given({id, std::nullopt, recipient.key.text(), seconds_now(), selection_.size(),
                                               selection_.studies(), std::nullopt, recipient.fingerprint},
                                              terms_.label);
        selection_.note_given(id);
        given_.push_back(id);
    }
    transaction.commit();
}

void AgeWriter::write_all_files(const Written& written) {
    for (const Added& added : added_) {
        try {
            written(write_file(added));
        } catch (const Error& error) {
            if (!concerns_one_input(error)) throw;
            program_.error(
                Error(error.kind(), "record " + std::to_string(added.position) + ": " + error.what(), error.hint()));
        }
        program_.stop_if_signalled();
    }
}

void AgeWriter::correct_given() {
    selection_.clear();
    for (const std::int64_t number : named_)
        (void)selection_.add(number);
    keystore::Transaction transaction(keystore_);
    for (const Digest& id : given_)
        selection_.correct_given(id);
    transaction.commit();
}

// Ids are public, so somebody else may have granted an object under the id of another.
void AgeWriter::find_shared_ids() {
    std::vector<std::pair<Id, std::int64_t>> objects;
    objects.reserve(added_.size());
    for (const Added& added : added_)
        objects.emplace_back(added.id, added.number);
    std::sort(objects.begin(), objects.end());
    for (std::size_t i = 1; i < objects.size(); ++i) {
        const auto& [id, object] = objects[i];
        if (id == objects[i - 1].first && object != objects[i - 1].second) shared_ids_.insert(id);
    }
}

void AgeWriter::require_own_name(const fs::path& path, const record::Object& object, const Digest& content) {
    if (!shared_ids_.contains(object.id)) return;
    const auto written = shared_names_.find(path.filename().string());
    if (written != shared_names_.end() && written->second != content)
        throw Error(ErrorKind::input, "its file name is already taken");
}

fs::path AgeWriter::write_file(const Added& added) {
    auto object = objects_.get(added.number);
    if (!object) throw Error(ErrorKind::input, "the object is not in this keystore any more");
    if (added.path) object->payload.path = added.path;
    return write_file(*object, added.number);
}

fs::path AgeWriter::write_file(const record::Object& object, std::int64_t number) {
    const Key secret = opener_.study_secret(object);
    const record::About about = custodian::open_about(object, secret);
    fs::path path = terms_.folder / (about.sop + "-" + to_hex(object.id) + ".dcm.age");
    require_own_name(path, object, about.sha256);
    AtomicFile file(path, 0600, AtomicFile::Links::replace);
    const Bytes header = crypto::age_header(crypto::object_file_key(secret, object.id), keys_);
    write_all(file.fd(), header);
    append_payload(object, file.fd());
    // What was written, not what was read: nobody gets a file that `age` refuses, or that is not this object.
    if (::lseek(file.fd(), static_cast<off_t>(header.size()), SEEK_SET) < 0)
        throw system_error("cannot read a temporary file", errno);
    (void)custodian::decrypt_payload([&](MutableBytes into) { return read_some(file.fd(), into); }, object, secret,
                                     about, worker_count(), [](ByteView) {});
    // Once it has its name it has left, also if its folder could not be synced.
    const auto note_named = [&] {
        if (file.temporary().empty()) named_.push_back(number);
    };
    try {
        file.commit();
    } catch (...) {
        note_named();
        throw;
    }
    note_named();
    if (shared_ids_.contains(object.id)) shared_names_.emplace(path.filename().string(), about.sha256);
    return path;
}

void AgeWriter::append_payload(const record::Object& object, int fd) {
    if (object.payload.path) return copy(places_.open(object).get(), fd);
    const auto payload = ipfs::parse_payload_ref(object.payload.cid, object.payload.size);
    if (!payload || !store_)
        throw Error(ErrorKind::input, "the payload is not available locally", "run msh-put or msh-get first");
    ipfs::fetch_payload(*payload, {&*store_}, ipfs::unixfs_v1_2025, worker_count(), fd,
                        [this] { return program_.is_signalled(); });
}

}  // namespace msh::granting
