#include "keystore/backup.hpp"

#include <algorithm>
#include <iterator>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "keystore/rotation.hpp"
#include "keystore/shredding.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

namespace fs = std::filesystem;

class BackupTest : public KeystoreTest {
  protected:
    Bytes back_up() {
        Keystore keystore(path());
        Backups(keystore).note({1'700'000'000, "age1safe"});
        Snapshot snapshot(keystore);
        struct stat status {};
        EXPECT_EQ(::fstat(snapshot.fd(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777, 0600u);
        Bytes copy(static_cast<std::size_t>(status.st_size));
        EXPECT_EQ(read_some(snapshot.fd(), copy), copy.size());
        return copy;
    }
    bool restore(const Bytes& copy, const Key& key, std::span<const Tombstone> list = {}) {
        Restoration restoration(restored);
        write_all(restoration.fd(), copy);
        return restoration.finish(key, list, [](Keystore&, std::uint64_t) {});
    }
    std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder.path()), {}));
    }
    fs::path restored = folder.path() / "restored.db";
};

TEST_F(BackupTest, ComesBackWhole) {
    StudyForWriting own;
    {
        Unlocked keystore(path(), master);
        own = study(keystore);
        commit(keystore, own, 1, 100);
    }
    const Bytes copy = back_up();
    {
        Unlocked keystore(path(), master);
        commit(keystore, own, 200, 10);
    }
    const std::size_t files_before = files();
    ASSERT_TRUE(restore(copy, master));
    EXPECT_EQ(files(), files_before + 1);
    EXPECT_FALSE(restore(copy, master));
    EXPECT_EQ(files(), files_before + 1);
    Unlocked keystore(restored, master);
    EXPECT_EQ(Objects(keystore).count(own.study), 100u);
    EXPECT_EQ(Objects(keystore).get(id_of(50)), object_of(50, own));
    EXPECT_TRUE(constant_time_equal(study(keystore).study_secret.view(), own.study_secret.view()));
    EXPECT_EQ(Backups(keystore).by_recipient(),
              (std::vector<BackupsTo>{{"age1safe", 1, 1'700'000'000, 1'700'000'000}}));
    struct stat status {};
    ASSERT_EQ(::stat(restored.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(BackupTest, DoesNotBringBackWhatWasShredded) {
    StudyForWriting doomed;
    StudyForWriting kept;
    {
        Unlocked keystore(path(), master);
        doomed = study(keystore, 1);
        kept = study(keystore, 2);
        commit(keystore, doomed, 1, 10);
        commit(keystore, kept, 100, 10);
    }
    const Bytes copy = back_up();
    StudyForWriting later;
    {
        Unlocked keystore(path(), master);
        later = study(keystore, 3);
        ASSERT_TRUE(shred(keystore, doomed.study, key_of(2), tombstones()));
        Rotation(keystore).finish();
        ASSERT_TRUE(shred(keystore, later.study, key_of(3), tombstones()));
        Rotation(keystore).finish();
    }
    ASSERT_TRUE(restore(copy, master, read_tombstones(tombstones())));
    Unlocked keystore(restored, master);
    EXPECT_FALSE(Studies(keystore).info(doomed.study));
    EXPECT_EQ(Objects(keystore).count(kept.study), 10u);
    for (const std::uint64_t lookup : {1u, 3u}) {
        const StudyRequest request{"default", "basic", digest_of(lookup), false};
        EXPECT_FALSE(Studies(keystore).get_or_create(request)) << lookup;
    }
}

TEST_F(BackupTest, WhatIsNoSoundBackupGetsNoName) {
    {
        Unlocked keystore(path(), master);
        commit(keystore, study(keystore), 1, 100);
    }
    const Bytes copy = back_up();
    const std::size_t files_before = files();
    std::string message;
    EXPECT_EQ(kind_of_error([&] { (void)restore(copy, key_of(9)); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the master key does not open this keystore");
    EXPECT_EQ(kind_of_error([&] { (void)restore(Bytes(), master); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the file is not a keystore");
    EXPECT_EQ(kind_of_error([&] { (void)restore(Bytes(10'000, 'x'), master); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the keystore is damaged");
    Bytes damaged = copy;
    std::fill(damaged.end() - 20'000, damaged.end() - 8'000, std::uint8_t{0xa5});
    EXPECT_EQ(kind_of_error([&] { (void)restore(damaged, master); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the keystore is damaged");
    const Bytes half(copy.begin(), copy.begin() + static_cast<std::ptrdiff_t>(copy.size() / 2));
    EXPECT_EQ(kind_of_error([&] { (void)restore(half, master); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the keystore is damaged");
    EXPECT_EQ(files(), files_before);
}

TEST_F(BackupTest, TriggersOfAForgedBackupDoNotRun) {
    {
        db::Connection forged(path(), "keystore");
        forged.run("CREATE TRIGGER leak AFTER INSERT ON project BEGIN UPDATE identity SET public = x'00'; END");
    }
    ASSERT_TRUE(restore(back_up(), master));
    Unlocked keystore(restored, master);
    (void)study(keystore);
    db::Query changed = keystore.database().query("SELECT count(*) FROM identity WHERE length(public) <> 32");
    ASSERT_TRUE(changed.next());
    EXPECT_EQ(changed.count(0), 0u);
}

TEST_F(BackupTest, IsConsistentWhileOthersWrite) {
    in_processes(4, [&](int process) {
        if (process != 0) {
            Unlocked keystore(path(), master);
            const StudyForWriting own = study(keystore, static_cast<std::uint64_t>(process));
            for (std::uint64_t i = 0; i < 50; ++i) {
                commit(keystore, own, 1000 * static_cast<std::uint64_t>(process) + 10 * i, 10);
            }
            return;
        }
        for (int i = 0; i < 5; ++i) {
            const Bytes copy = back_up();
            restored = folder.path() / ("copy" + std::to_string(i));
            ASSERT_TRUE(restore(copy, master));
            Unlocked keystore(restored, master);
            for (std::uint64_t lookup = 1; lookup < 4; ++lookup) {
                EXPECT_EQ(Objects(keystore).count(study(keystore, lookup).study) % 10, 0u);
            }
        }
    });
}

}  // namespace
}  // namespace msh::keystore::test
