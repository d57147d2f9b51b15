// Unlocking while another process replaces the master key. The passphrase is asked for when the key file has been read,
// so that the question is the moment at which the file becomes a former one.
#include <gtest/gtest.h>
#include <string_view>

#include "base/error.hpp"
#include "base/file_lock.hpp"
#include "crypto/random.hpp"
#include "custodian/custodian.hpp"
#include "keystore/rotation.hpp"
#include "support/temporary_folder.hpp"

namespace msh::custodian {
namespace {

SecretBytes words(const char* /*prompt*/) {
    constexpr std::string_view text = "words";
    return {text.begin(), text.end()};
}

class UnlockTest : public ::testing::Test {
  protected:
    void SetUp() override {
        home.make();
        store_master_key(home, master, KeyPlace::passphrase_file, words);
        ASSERT_TRUE(keystore::Keystore::create(home.keystore(), master, "hospital.example/log"));
    }
    // As another process does it.
    void replace_master_key() {
        const Key next = crypto::random_key();
        keystore::Keystore keystore(home.keystore());
        keystore.unlock(master);
        stage_master_key(home, next, KeyPlace::passphrase_file, words);
        keystore::Rotation(keystore).begin(next);
        adopt_staged_master_key(home, KeyPlace::passphrase_file);
        keystore::Rotation(keystore).finish();
        master = next;
    }
    // Answers, but only when this many replacements have come between.
    AskPassphrase after_replacements(int count) {
        return [this, left = count](const char* prompt) mutable {
            if (left-- > 0) replace_master_key();
            return words(prompt);
        };
    }
    ErrorKind kind_of_error(const AskPassphrase& ask) {
        try {
            (void)unlock_keystore(home, ask);
        } catch (const Error& error) {
            return error.kind();
        }
        ADD_FAILURE() << "no error";
        return ErrorKind::usage;
    }

    msh::test::TemporaryFolder folder;
    Home home{folder.path() / "home"};
    Key master = crypto::random_key();
};

TEST_F(UnlockTest, FollowsAReplacementOfTheMasterKey) {
    EXPECT_TRUE(unlock_keystore(home, words)->unlocked());
    const auto keystore = unlock_keystore(home, after_replacements(1));
    EXPECT_EQ(keystore->rotation_state(), keystore::RotationState::none);
    const auto again = open_keystore(home);
    EXPECT_TRUE(constant_time_equal(unlock(*again, home, after_replacements(1)).key.view(), master.view()));
}

TEST_F(UnlockTest, TriesAgainLaterWhenItIsReplacedOnAndOn) {
    EXPECT_EQ(kind_of_error(after_replacements(2)), ErrorKind::again);
}

TEST_F(UnlockTest, AnotherKeystoresKeyIsNoReplacement) {
    store_master_key(home, crypto::random_key(), KeyPlace::passphrase_file, words);
    EXPECT_EQ(kind_of_error(words), ErrorKind::failed);
}

// An interrupted change is finished by the next program, unless somebody is at it.
TEST_F(UnlockTest, FinishesAnInterruptedChange) {
    const Key former = master;
    {
        keystore::Keystore keystore(home.keystore());
        keystore.unlock(former);
        master = crypto::random_key();
        keystore::Rotation(keystore).begin(master);
    }
    store_master_key(home, master, KeyPlace::passphrase_file, words);
    const auto opens = [&](const Key& key) { return keystore::Keystore(home.keystore()).try_unlock(key); };
    {
        const FileLock change(home.master_lock());
        EXPECT_EQ(unlock_keystore(home, words)->rotation_state(), keystore::RotationState::to_finish);
        EXPECT_TRUE(opens(former));
    }
    EXPECT_EQ(unlock_keystore(home, words)->rotation_state(), keystore::RotationState::none);
    EXPECT_FALSE(opens(former));
}

}  // namespace
}  // namespace msh::custodian
