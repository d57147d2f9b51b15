// Rotations that are killed at each of their steps: the key file, whichever key is in it, opens the keystore.
#include "lifecycle/master_key_change.hpp"

#include <cstdlib>

#include "base/file.hpp"
#include "keystore/rotation.hpp"
#include "unit/lifecycle/support.hpp"

namespace msh::lifecycle::test {
namespace {

using keystore::RotationState;

class MasterKeyChangeTest : public LifecycleTest {
  protected:
    void SetUp() override {
        LifecycleTest::SetUp();
        study = own_study(1);
        former = master_key(home);
    }
    void TearDown() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }

    // By a new process, with the key file that there is.
    void expect_usable() {
        open();
        EXPECT_TRUE(constant_time_equal(own_study(1).study_secret.view(), study.study_secret.view()));
    }
    void rotate() { rotate_master_key(*keystore, home, request, program); }
    // That the key file holds another key now, and that the former one opens nothing.
    void expect_rotated() {
        expect_usable();
        EXPECT_EQ(keystore->rotation_state(), RotationState::none);
        EXPECT_FALSE(constant_time_equal(master_key(home).view(), former.view()));
        EXPECT_FALSE(keystore::Keystore(home.keystore()).try_unlock(former));
    }

    MasterKeyRequest request{no_passphrase, {}};
    keystore::StudyForWriting study;
    Key former;
};

TEST_F(MasterKeyChangeTest, RotatesToTheEnd) {
    rotate();
    expect_rotated();
    EXPECT_EQ(program.messages, Messages{});
}

TEST_F(MasterKeyChangeTest, KilledWhenTheNewKeyWasWritten) {
    { const MasterKeyChange killed(home, request, custodian::KeyPlace::key_file, program); }
    expect_usable();
    EXPECT_TRUE(constant_time_equal(master_key(home).view(), former.view()));
    EXPECT_EQ(keystore->rotation_state(), RotationState::none);
    rotate();
    expect_rotated();
}

TEST_F(MasterKeyChangeTest, KilledWhenTheKeystoreTakesBoth) {
    {
        const MasterKeyChange killed(home, request, custodian::KeyPlace::key_file, program);
        keystore::Rotation(*keystore).begin(killed.next());
    }
    expect_usable();
    EXPECT_TRUE(constant_time_equal(master_key(home).view(), former.view()));
    EXPECT_EQ(keystore->rotation_state(), RotationState::to_repeat);
    rotate();
    expect_rotated();
}

TEST_F(MasterKeyChangeTest, KilledWhenTheKeyFileHoldsTheNewOne) {
    {
        const MasterKeyChange killed(home, request, custodian::KeyPlace::key_file, program);
        keystore::Rotation(*keystore).begin(killed.next());
        custodian::adopt_staged_master_key(home, custodian::KeyPlace::key_file);
    }
    expect_rotated();  // whoever opens it next completes the change
}

TEST_F(MasterKeyChangeTest, AKeyFileThatAnotherProgramOverwroteShutsNobodyOut) {
    MasterKeyChange change(home, request, custodian::KeyPlace::key_file, program);
    keystore::Rotation(*keystore).begin(change.next());
    // A program that does not lock puts its own key into the file that is to take the place.
    custodian::stage_master_key(home, former, custodian::KeyPlace::key_file, no_passphrase);
    const Error error = error_of([&] { change.complete(*keystore); });
    EXPECT_EQ(std::string(error.what()), "the key file was overwritten with another master key");
    expect_usable();
    rotate();
    expect_rotated();
}

TEST_F(MasterKeyChangeTest, ACredentialIsReplacedByItsOwner) {
    const fs::path credentials = folder.path() / "credentials";
    fs::create_directory(credentials);
    fs::rename(home.key_file(), credentials / "msh-master");
    ::setenv("CREDENTIALS_DIRECTORY", credentials.c_str(), 1);
    EXPECT_EQ(std::string(error_of([&] { rotate(); }).what()),
              "the master key is a credential in '" + credentials.string() + "', which msh cannot replace");
    request.next_key = folder.path() / "next";
    rotate();
    EXPECT_EQ(program.messages,
              Messages{"note: replace the credential with the new key; until then both keys open the keystore"});
    expect_usable();
    const Error error = error_of([&] { rotate(); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(std::string(error.what()), "'" + *request.next_key + "', the file of --next-key, already exists");
    fs::rename(*request.next_key, credentials / "msh-master");
    expect_rotated();
}

TEST_F(MasterKeyChangeTest, AFileForTheNextKeyIsForACredentialOnly) {
    request.next_key = folder.path() / "next";
    const Error error = error_of([&] { rotate(); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_FALSE(fs::exists(*request.next_key));
    expect_usable();
}

}  // namespace
}  // namespace msh::lifecycle::test
