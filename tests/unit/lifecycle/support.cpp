#include "unit/lifecycle/support.hpp"

#include <algorithm>
#include <span>

#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "crypto/box.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"
#include "custodian/anchoring.hpp"
#include "keystore/anchors.hpp"
#include "keystore/objects.hpp"
#include "lifecycle/backup_file.hpp"
#include "lifecycle/creation.hpp"
#include "record/about.hpp"
#include "record/sealed.hpp"

namespace msh::lifecycle::test {

SecretBytes no_passphrase(const char* /*prompt*/) {
    ADD_FAILURE() << "a passphrase was asked for";
    return {};
}

Error error_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    return {ErrorKind::failed, ""};
}

void LifecycleTest::SetUp() {
    create_keystore(home, {.under_passphrase = false, .log_origin = "hospital.example/log"}, no_passphrase,
                    no_passphrase);
    open();
}

void LifecycleTest::open() {
    keystore.reset();
    keystore = custodian::unlock_keystore(home, no_passphrase);
}

Key LifecycleTest::master_key(const custodian::Home& of) const {
    return custodian::load_master_key(of, no_passphrase).key;
}

keystore::StudyForWriting LifecycleTest::own_study(std::uint8_t lookup) {
    return keystore::Studies(*keystore).get_or_create({"default", "basic", Digest{lookup}, false}).value();
}

record::Object LifecycleTest::add_object(const keystore::StudyForWriting& study) {
    keystore::NewObject object;
    object.done = object.hint = Digest{++objects_};
    record::Object& record = object.record;
    record.id = crypto::random_id();
    record.study = study.study;
    record.epoch = study.epoch;
    record.profile = "basic";
    record.payload.size = 1;
    record.payload.cid = "bafk" + std::to_string(objects_);
    record.kc = crypto::object_commitment(study.study_secret, record.id);
    record::About about;
    about.sop = "2.25.1";
    record.about = crypto::seal_box(crypto::about_box, study.study_secret, record.id, record::to_json(about));
    record.sealed =
        crypto::seal_box(crypto::sealed_box, study.seal_secret, record.id, record::to_json(record::Sealed()));
    EXPECT_EQ(keystore::Objects(*keystore).commit_new({&object, 1}).size(), 1U);

    const keystore::LogSubject subject{"object", record.id};
    const auto assigned =
        keystore::Anchors(*keystore).assign({&subject, 1}, [&](std::size_t /*position*/, const Digest& salt) {
            return custodian::leaf_data(salt, record::committed_text(record));
        });
    record.anchor = assigned.front().anchor;
    custodian::publish(*keystore, home);
    return record;
}

std::uint64_t LifecycleTest::log_size(const custodian::Home& of) {
    const auto opened = custodian::open_keystore(of);
    return custodian::open_log(*opened, of).size();
}

fs::path LifecycleTest::back_up(const std::string& name) {
    fs::path file = folder.path() / name;
    AtomicFile target(file, 0600);
    const crypto::AgeRecipient recipient = identity.recipient();
    crypto::AgeEncryptor encryptor(std::span(&recipient, 1), [&](ByteView part) { write_all(target.fd(), part); });
    write_backup(*keystore, home, master_key(home), recipient.text(), encryptor, program);
    target.commit();
    return file;
}

fs::path LifecycleTest::identity_file() {
    fs::path file = folder.path() / "identity";
    write_file_atomically(file, identity.text(), 0600);
    return file;
}

fs::path LifecycleTest::copy_log(const std::string& name) {
    fs::path copy = folder.path() / name;
    fs::copy(home.log(), copy, fs::copy_options::recursive);
    return copy;
}

fs::path LifecycleTest::copy_keystore(const std::string& name) {
    close();
    fs::path copy = folder.path() / name;
    fs::copy_file(home.keystore(), copy);
    open();
    return copy;
}

void LifecycleTest::set_back_keystore(const fs::path& copy) {
    close();
    for (const char* suffix : {"", "-wal", "-shm"})
        fs::remove(home.keystore().string() + suffix);
    fs::copy_file(copy, home.keystore());
    open();
}

std::vector<std::string> LifecycleTest::names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".lock") names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace msh::lifecycle::test
