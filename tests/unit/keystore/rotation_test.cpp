// Replacing the master key: at each point where a crash can come, and while others work.
#include "keystore/rotation.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "keystore/identities.hpp"
#include "keystore/index_state.hpp"
#include "keystore/projects.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

namespace fs = std::filesystem;

class RotationTest : public KeystoreTest {
  protected:
    void SetUp() override {
        KeystoreTest::SetUp();
        Unlocked keystore(path(), master);
        commit(keystore, study(keystore), 1, 600);
        IndexState index(keystore);
        index.put("epoch", as_bytes("index key"));
        std::vector<Id> ids;
        std::vector<Document> documents;
        for (std::uint64_t i = 1; i <= 600; ++i)
            ids.push_back(id_of(i));
        for (const Id& id : ids)
            documents.push_back({id, as_bytes("terms")});
        ASSERT_EQ(index.buffer(documents), 600u);
    }
    // One number out of everything secret, which no rotation changes.
    static Bytes all_secrets(Keystore& keystore) {
        Bytes all;
        append(all, Projects(keystore).pseudonym_key("default").view());
        for (const Identity identity : {Identity::age, Identity::statement, Identity::log}) {
            append(all, Identities(keystore).private_key(identity).view());
        }
        const auto study =
            Studies(keystore).get_or_create(StudyRequest{"default", "basic", digest_of(1), false}).value();
        append(all, study.study_secret.view());
        append(all, study.seal_secret.view());
        append(all, *IndexState(keystore).get("epoch"));
        IndexState(keystore).for_each_buffered([&](const Id& id, const SecretBytes& terms) {
            append(all, id);
            append(all, terms);
        });
        return all;
    }
    bool opens(const Key& key) {
        Keystore keystore(path());
        try {
            keystore.unlock(key);
            return true;
        } catch (const Error&) {
            return false;
        }
    }
    // Every wrapped value, as it lies in the file.
    std::vector<Bytes> wrapped_values() {
        std::vector<Bytes> values;
        Keystore keystore(path());
        for (const char* sql : {"SELECT private_wrapped FROM identity", "SELECT key_wrapped FROM project",
                                "SELECT study_wrapped FROM secret", "SELECT seal_wrapped FROM secret",
                                "SELECT value_wrapped FROM index_secret", "SELECT terms_wrapped FROM index_buffer",
                                "SELECT key FROM wrapping_key"}) {
            db::Query rows = keystore.database().query(sql);
            while (rows.next())
                values.push_back(rows.maybe_bytes(0).value());
        }
        return values;
    }
};

TEST_F(RotationTest, KeepsEverySecretAndShutsTheOldKeyOut) {
    const auto former_values = wrapped_values();
    EXPECT_EQ(count_in_raw_files(path(), former_values), former_values.size());
    Unlocked keystore(path(), master);
    const Bytes before = all_secrets(keystore);
    EXPECT_EQ(keystore.rotation_state(), RotationState::none);
    Rotation(keystore).begin(key_of(2));
    EXPECT_EQ(keystore.rotation_state(), RotationState::to_finish);
    EXPECT_EQ(all_secrets(keystore), before);
    EXPECT_TRUE(opens(master));
    EXPECT_TRUE(opens(key_of(2)));
    Rotation(keystore).finish();
    EXPECT_EQ(keystore.rotation_state(), RotationState::none);
    EXPECT_EQ(all_secrets(keystore), before);
    EXPECT_FALSE(opens(master));
    EXPECT_TRUE(opens(key_of(2)));
    EXPECT_EQ(fs::file_size(path().string() + "-wal"), 0u);
    ASSERT_EQ(former_values.size(), 608u);
    EXPECT_EQ(count_in_raw_files(path(), former_values), 0u);
    Unlocked fresh(path(), key_of(2));
    EXPECT_EQ(all_secrets(fresh), before);
}

TEST_F(RotationTest, AfterACrashBeforeTheKeyFileWasReplaced) {
    Bytes before;
    {
        Unlocked keystore(path(), master);
        before = all_secrets(keystore);
        Rotation(keystore).begin(key_of(2));
    }
    Unlocked keystore(path(), master);
    EXPECT_EQ(keystore.rotation_state(), RotationState::to_repeat);
    EXPECT_EQ(kind_of_error([&] { Rotation(keystore).finish(); }), ErrorKind::failed);
    EXPECT_EQ(all_secrets(keystore), before);
    Rotation(keystore).begin(key_of(3));
    EXPECT_FALSE(opens(key_of(2)));
    EXPECT_TRUE(opens(master));
    Rotation(keystore).finish();
    EXPECT_FALSE(opens(master));
    EXPECT_EQ(all_secrets(keystore), before);
}

TEST_F(RotationTest, AfterACrashBeforeItWasFinished) {
    {
        Unlocked keystore(path(), master);
        Rotation(keystore).begin(key_of(2));
    }
    Unlocked keystore(path(), key_of(2));
    EXPECT_EQ(keystore.rotation_state(), RotationState::to_finish);
    Rotation(keystore).finish();
    Rotation(keystore).finish();
    EXPECT_FALSE(opens(master));
}

TEST_F(RotationTest, WhatIsRolledBackChangesNothing) {
    Unlocked keystore(path(), master);
    const Bytes before = all_secrets(keystore);
    {
        Transaction transaction(keystore);
        (void)Rotation(keystore).rewrap(key_of(2));
    }
    EXPECT_EQ(all_secrets(keystore), before);
    EXPECT_FALSE(opens(key_of(2)));
}

TEST_F(RotationTest, ARunningProgramFollowsUntilTheOldKeyIsOut) {
    Unlocked running(path(), master);
    const StudyForWriting to = study(running);
    {
        Unlocked other(path(), master);
        Rotation(other).begin(key_of(2));
    }
    // It reads and writes under the new wrapping key, by its old master key.
    EXPECT_TRUE(constant_time_equal(study(running).study_secret.view(), to.study_secret.view()));
    const StudyForWriting made = study(running, 2);
    EXPECT_EQ(running.rotation_state(), RotationState::to_repeat);
    {
        Unlocked other(path(), key_of(2));
        EXPECT_TRUE(constant_time_equal(study(other, 2).study_secret.view(), made.study_secret.view()));
        Rotation(other).begin(key_of(3));
        Rotation(other).finish();
    }
    std::string message;
    EXPECT_EQ(kind_of_error([&] { commit(running, to, 5000, 1); }, &message), ErrorKind::again);
    EXPECT_EQ(message, "the keystore's master key was replaced meanwhile");
    EXPECT_EQ(kind_of_error([&] { (void)study(running); }), ErrorKind::again);
    EXPECT_TRUE(Objects(running).has(id_of(1)));
}

TEST_F(RotationTest, WritersAndRotationsAtOnce) {
    // Each writer works under whichever master key is in the key file; Error `again` makes it begin anew.
    write_file_atomically(folder.path() / "key", Bytes{1}, 0600);
    const auto key_in_file = [&] { return key_of(read_file(folder.path() / "key", 1).value().at(0)); };
    in_processes(5, [&](int process) {
        if (process == 0) {
            for (std::uint8_t next = 2; next < 8; ++next) {
                Unlocked keystore(path(), key_in_file());
                Rotation(keystore).begin(key_of(next));
                write_file_atomically(folder.path() / "key", Bytes{next}, 0600);
                Rotation(keystore).finish();
            }
            return;
        }
        const std::uint64_t base = 10'000 * static_cast<std::uint64_t>(process);
        for (std::uint64_t done = 0; done < 30;) {
            try {
                Unlocked keystore(path(), key_in_file());
                while (done < 30) {
                    const StudyForWriting made = study(keystore, base + done);
                    commit(keystore, made, base + done, 1);
                    ++done;
                }
            } catch (const Error& error) {
                // "does not open": the key file was read before the rotation and used after it.
                const bool expected = error.kind() == ErrorKind::again ||
                                      std::string_view(error.what()) == "the master key does not open this keystore";
                if (!expected) throw;
            }
        }
    });
    Unlocked keystore(path(), key_of(7));
    for (std::uint64_t process = 1; process < 5; ++process) {
        for (std::uint64_t i = 0; i < 30; ++i) {
            const StudyForWriting made = study(keystore, 10'000 * process + i);
            EXPECT_EQ(Objects(keystore).count(made.study), 1u);
        }
    }
    keystore.database().check_integrity();
}

}  // namespace
}  // namespace msh::keystore::test
