// Shredding one of several studies of one id, and what it says of copies.
#include "lifecycle/shredder.hpp"

#include <fstream>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"
#include "keystore/objects.hpp"
#include "keystore/rotation.hpp"
#include "keystore/studies.hpp"
#include "keystore/targets.hpp"
#include "unit/lifecycle/support.hpp"

namespace msh::lifecycle::test {
namespace {

class ShredderTest : public LifecycleTest {
  protected:
    void shred(const std::string& name) {
        program.messages.clear();
        StudyShredder(*keystore, home, program).shred(keystore::parse_study_name(name), {no_passphrase, {}});
    }
    // What somebody else granted under this id; gives the commitment to its secret.
    Digest receive(const Id& id, const std::string& issuer, const Key& secret) {
        EXPECT_TRUE(keystore::Studies(*keystore).receive({id, 1, "basic", secret, issuer}));
        return crypto::study_commitment(secret);
    }
    std::vector<std::string> issuers_of(const Id& id) {
        std::vector<std::string> issuers;
        for (const keystore::StudyOfId& study : keystore::Shredding(*keystore).of_id(id)) {
            if (!study.is_shredded) issuers.push_back(study.issuer.value_or("own"));
        }
        return issuers;
    }
    std::vector<std::string> remaining() {
        std::vector<std::string> targets;
        StudyShredder(*keystore, home, program).for_each_remaining([&](const keystore::Remaining& payload) {
            targets.push_back(payload.cid + " " + payload.target);
        });
        return targets;
    }
    static fs::path put_payload(const fs::path& folder, const Id& object) {
        const fs::path run = folder / to_hex(crypto::random_id());
        fs::create_directories(run);
        std::ofstream(run / to_hex(object)) << "x";
        return run / to_hex(object);
    }
    const std::string copies = "note: what was granted or copied before cannot be taken back";
};

TEST_F(ShredderTest, OneOfSeveralStudiesOfOneIdIsNamedByItsCommitmentAndIssuer) {
    const record::Object object = add_object();
    const std::string id = to_hex(object.study);
    const Key shared = crypto::random_key();
    const Digest commitment = receive(object.study, std::string(64, 'a'), shared);
    (void)receive(object.study, std::string(64, 'b'), shared);
    const Key before = master_key(home);

    Error error = error_of([&] { shred(id); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_TRUE(std::string(error.what()).starts_with("more than one study has this pseudonym: @")) << error.what();
    error = error_of([&] { shred(id + "@" + to_hex(commitment).substr(0, 8)); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(issuers_of(object.study), (std::vector<std::string>{"own", std::string(64, 'a'), std::string(64, 'b')}));
    EXPECT_TRUE(constant_time_equal(master_key(home).view(), before.view()));

    shred(id + "@" + to_hex(commitment).substr(0, 8) + "@aaaaaaaa");
    EXPECT_EQ(issuers_of(object.study), (std::vector<std::string>{"own", std::string(64, 'b')}));
    EXPECT_TRUE(keystore::Objects(*keystore).has(object.id));
    EXPECT_EQ(program.messages,
              (Messages{"note: shredded 0 objects and their keys",
                        "note: the keystore still has the study's secret, since it was also granted by " +
                            std::string(64, 'b'),
                        copies}));
    EXPECT_FALSE(constant_time_equal(master_key(home).view(), before.view()));
    open();
    EXPECT_EQ(keystore->rotation_state(), keystore::RotationState::none);

    const Digest own = keystore::Shredding(*keystore).of_id(object.study).front().commitment;
    shred(id + "@" + to_hex(own).substr(0, 8));
    EXPECT_EQ(issuers_of(object.study), std::vector<std::string>{std::string(64, 'b')});
    EXPECT_FALSE(keystore::Objects(*keystore).has(object.id));
}

TEST_F(ShredderTest, NamesWhereCiphertextRemains) {
    const record::Object object = add_object(1);
    const record::Object other = add_object(2);
    const keystore::StoredPayload payload = keystore::stored_payload(object);
    keystore::Targets(*keystore).mark("store:/srv/store", {&payload, 1});
    keystore::Targets(*keystore).mark(std::string(keystore::own_store_target), {&payload, 1});
    const fs::path fetched = put_payload(home.fetched(), object.id);
    shred(to_hex(object.study));
    EXPECT_EQ(program.messages,
              (Messages{"note: shredded 1 object and its keys", "note: ciphertext remains in store:/srv/store",
                        "note: ciphertext remains in '" + home.fetched().string() + "'", copies}));
    EXPECT_TRUE(fs::exists(fetched));
    // Until it was written, it can be asked for again.
    EXPECT_EQ(remaining(), std::vector<std::string>{*object.payload.cid + " store:/srv/store"});
    StudyShredder(*keystore, home, program).forget_remaining();
    EXPECT_EQ(remaining(), std::vector<std::string>{});
    // What was fetched of another study is not this one's.
    shred(to_hex(other.study));
    EXPECT_EQ(program.messages, (Messages{"note: shredded 1 object and its keys", copies}));
}

TEST_F(ShredderTest, FilesOfTheSpoolGoAndThoseOfOthersStay) {
    keystore::NewObject object;
    object.record = add_object(1);
    object.record.id = crypto::random_id();
    object.record.anchor.reset();
    object.record.payload.path = put_payload(home.spool(), object.record.id);
    object.done = object.hint = Digest{99};
    ASSERT_EQ(keystore::Objects(*keystore).commit_new({&object, 1}).size(), 1U);
    const fs::path other = put_payload(home.spool(), crypto::random_id());
    shred(to_hex(object.record.study));
    EXPECT_FALSE(fs::exists(*object.record.payload.path));
    EXPECT_TRUE(fs::exists(other));
}

TEST_F(ShredderTest, AnInterruptedRunIsCompleted) {
    const record::Object object = add_object();
    (void)back_up("backup");
    const Key former = master_key(home);
    {
        // Killed before the new key took its place.
        keystore::Shredding shredding(*keystore);
        const MasterKeyRequest request{no_passphrase, {}};
        const MasterKeyChange killed(home, request, custodian::KeyPlace::key_file, program);
        ASSERT_TRUE(shredding.shred(object.study, shredding.of_id(object.study), killed.next(), home.tombstones()));
    }
    open();
    ASSERT_EQ(keystore->rotation_state(), keystore::RotationState::to_repeat);
    shred(to_hex(object.study));
    EXPECT_EQ(program.messages.size(), 5U);
    EXPECT_EQ(program.messages.front(), "note: the study was shredded already");
    EXPECT_NE(program.messages[3].find("still opens the study where it exists, unless the study was already shredded"),
              std::string::npos);
    open();
    EXPECT_EQ(keystore->rotation_state(), keystore::RotationState::none);
    EXPECT_FALSE(keystore::Keystore(home.keystore()).try_unlock(former));
}

TEST_F(ShredderTest, AnUnknownStudyChangesNothing) {
    (void)add_object();
    const Key before = master_key(home);
    const Error error = error_of([&] { shred(std::string(32, '0')); });
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_EQ(std::string(error.what()), "there is no such study");
    EXPECT_TRUE(constant_time_equal(master_key(home).view(), before.view()));
}

}  // namespace
}  // namespace msh::lifecycle::test
