#include "unit/granting/support.hpp"

#include <fcntl.h>
#include <stdexcept>
#include <utility>

#include "base/encoding.hpp"
#include "crypto/age.hpp"
#include "crypto/box.hpp"
#include "crypto/hash.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"
#include "crypto/stream.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "granting/accept.hpp"
#include "ipfs/cid.hpp"
#include "keystore/anchors.hpp"
#include "keystore/identities.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "record/about.hpp"
#include "record/sealed.hpp"
#include "support/new_keystore.hpp"

namespace msh::granting::test {
namespace fs = std::filesystem;
namespace {

Bytes payload_of(const Key& study_secret, const Id& object) {
    Bytes payload;
    crypto::StreamSealer sealer(crypto::object_file_key(study_secret, object),
                                [&](ByteView part) { append(payload, part); });
    sealer.write(plain(object));
    sealer.finish();
    return payload;
}

record::About about_of(const Id& object) {
    record::About about;
    about.sop = "2.25." + std::to_string(object[0]);
    about.sop_class = "1.2";
    about.transfer_syntax = "1.2";
    about.size = plain(object).size();
    about.sha256 = crypto::sha256(plain(object));
    return about;
}

record::Sealed sealed_of(const std::string& patient) {
    record::Sealed sealed;
    sealed.transfer_syntax = "1.2";
    sealed.attributes = {{"00100020", {{patient}}}};
    return sealed;
}

}  // namespace

Bytes plain(const Id& object) {
    return {object.begin(), object.end()};
}

Custodian::Custodian(const fs::path& root, const std::string& origin) : home(root) {
    keystore = msh::test::new_keystore(home, origin);
}

record::Object Custodian::add_object(const Like& like) {
    const keystore::StudyRequest request{like.project, like.profile, Digest{like.study}, false};
    const auto study = keystore::Studies(*keystore).get_or_create(request).value();
    keystore::NewObject object;
    object.done = object.hint = Digest{++objects_};
    record::Object& record = object.record;
    record.id = crypto::random_id();
    record.study = study.study;
    record.epoch = study.epoch;
    record.profile = like.profile;
    record.kc = crypto::object_commitment(study.study_secret, record.id);
    record.about =
        crypto::seal_box(crypto::about_box, study.study_secret, record.id, record::to_json(about_of(record.id)));
    record.sealed =
        crypto::seal_box(crypto::sealed_box, study.seal_secret, record.id, record::to_json(sealed_of(like.patient)));
    const Bytes payload = payload_of(study.study_secret, record.id);
    const fs::path run = home.spool() / to_hex(crypto::random_id());
    fs::create_directories(run);
    write_file_atomically(run / to_hex(record.id), payload, 0600);
    record.payload = {payload.size(), (run / to_hex(record.id)).string(),
                      ipfs::Cid::of(ipfs::Codec::raw, payload).text()};
    EXPECT_EQ(keystore::Objects(*keystore).commit_new({&object, 1}).front().outcome,
              keystore::Committed::Outcome::stored);
    if (!like.is_anchored) return record;
    const keystore::LogSubject subject{"object", record.id};
    record.anchor = keystore::Anchors(*keystore)
                        .assign({&subject, 1},
                                [&](std::size_t, const Digest& salt) {
                                    return custodian::leaf_data(salt, record::committed_text(record));
                                })
                        .front()
                        .anchor;
    custodian::publish(*keystore, home);
    return record;
}

std::string Custodian::fingerprint() const {
    return record::fingerprint(custodian::public_keys(*keystore));
}

Recipient Custodian::recipient() const {
    return {crypto::AgeRecipient::parse(custodian::public_keys(*keystore).recipient).value()};
}

fs::path Custodian::grant(const std::vector<record::Object>& records, const Custodian& to, const fs::path& file,
                          GrantTerms terms) {
    terms.recipients = {to.recipient()};
    GrantWriter writer(home, *keystore, program);
    for (const record::Object& record : records)
        writer.add(record);
    GrantFiles files(terms.recipients, file.string());
    writer.write(terms, files);
    return file;
}

std::vector<record::Object> Custodian::accept(const fs::path& grant, const std::string& issuer) {
    const FileDescriptor file(::open(grant.c_str(), O_RDONLY | O_CLOEXEC));
    std::vector<record::Object> records;
    accept_grant(*keystore, home, file.get(), {issuer, [](const std::string&) { return false; }}, program,
                 [&](const record::Object& record) { records.push_back(record); });
    return records;
}

std::vector<keystore::GivenGrant> Custodian::given() const {
    std::vector<keystore::GivenGrant> grants;
    keystore::Grants(*keystore).for_each_given([&](const keystore::GivenGrant& grant) { grants.push_back(grant); });
    return grants;
}

std::vector<keystore::AcceptedContents> Custodian::accepted() const {
    std::vector<keystore::AcceptedContents> grants;
    keystore::Grants(*keystore).for_each_accepted(
        [&](const keystore::AcceptedContents& grant) { grants.push_back(grant); });
    return grants;
}

std::vector<std::string> Custodian::lines_of(const fs::path& grant) const {
    const crypto::AgeIdentity identity{keystore::Identities(*keystore).private_key(keystore::Identity::age)};
    std::string text;
    crypto::AgeDecryptor decryptor({&identity, 1}, [&](ByteView part) { text += as_text(part); });
    decryptor.write(read_file(grant, std::size_t{1} << 20).value());
    decryptor.finish();
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1)
        lines.push_back(text.substr(begin, text.find('\n', begin) - begin));
    return lines;
}

Error error_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("no error was thrown");
}

}  // namespace msh::granting::test
