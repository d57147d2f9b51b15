// Damaged files: whatever bytes a page holds, what comes out is an Error or a value, never a crash.
#include <algorithm>
#include <fstream>
#include <random>

#include "base/error.hpp"
#include "base/file.hpp"
#include "keystore/anchors.hpp"
#include "keystore/grants.hpp"
#include "keystore/identities.hpp"
#include "keystore/index_state.hpp"
#include "keystore/projects.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

class DamageTest : public KeystoreTest {
  protected:
    void SetUp() override {
        KeystoreTest::SetUp();
        Unlocked keystore(path(), master);
        own = study(keystore);
        commit(keystore, own, 1, 60);
        const Id id = id_of(1);
        const Digest grant = digest_of(1);
        const LogSubject subjects[] = {{"object", id}, {"grant", grant}};
        (void)Anchors(keystore).assign(subjects, [](std::size_t, const Digest& salt) { return salt; });
        const Document document{id, as_bytes("terms")};
        (void)IndexState(keystore).buffer(std::span(&document, 1));
        IndexState(keystore).put("key", as_bytes("value"));
    }
    void write_file(const Bytes& bytes) {
        for (const char* suffix : {"-wal", "-shm"})
            std::filesystem::remove(path().string() + suffix);
        std::ofstream(path(), std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    // Every table once, by reading and by writing.
    void use_everything() {
        Unlocked keystore(path(), master);
        (void)study(keystore);
        (void)study(keystore, 2);
        for (const Identity identity : {Identity::age, Identity::statement, Identity::log}) {
            (void)Identities(keystore).private_key(identity);
        }
        Objects objects(keystore);
        objects.for_each(own.study, [](const record::Object&) {});
        for (std::uint64_t i = 1; i <= 60; ++i)
            (void)objects.get(id_of(i));
        const NewObject object = new_object_of(1000, own);
        (void)objects.commit_new(std::span(&object, 1));
        (void)Anchors(keystore).leaves(0, 10);
        const Id id = id_of(2);
        const LogSubject subject{"object", id};
        (void)Anchors(keystore).assign(std::span(&subject, 1), [](std::size_t, const Digest& salt) { return salt; });
        (void)IndexState(keystore).get("key");
        IndexState(keystore).for_each_buffered([](const Id&, const SecretBytes&) {});
        Grants(keystore).for_each_accepted([](const AcceptedContents&) {});
    }
    StudyForWriting own;
};

TEST_F(DamageTest, NoPageCanCrashAProgram) {
    const Bytes sound = read_file(path(), 1u << 24).value();
    std::mt19937 random(20240603);
    int noticed = 0;
    constexpr std::size_t page_size = 4096;
    for (std::size_t page = 0; page < sound.size() / page_size; ++page) {
        for (int kind = 0; kind < 3; ++kind) {
            Bytes damaged = sound;
            const auto place = damaged.begin() + static_cast<std::ptrdiff_t>(page * page_size);
            if (kind == 0) std::fill_n(place, page_size, std::uint8_t{0});
            if (kind == 1) std::generate_n(place, page_size, [&] { return static_cast<std::uint8_t>(random()); });
            if (kind == 2) {
                for (int flip = 0; flip < 40; ++flip) {
                    place[static_cast<std::ptrdiff_t>(random() % page_size)] ^= static_cast<std::uint8_t>(random());
                }
            }
            write_file(damaged);
            try {
                use_everything();
            } catch (const Error& error) {
                EXPECT_TRUE(error.kind() == ErrorKind::failed || error.kind() == ErrorKind::again) << error.what();
                ++noticed;
            }
        }
    }
    EXPECT_GT(noticed, 20);
    write_file(sound);
    use_everything();
}

TEST_F(DamageTest, AFullDiskEndsTheRunAndALaterOneCompletes) {
    {
        Unlocked keystore(path(), master);
        keystore.database().run_script("PRAGMA max_page_count = 100");
        std::string message;
        EXPECT_EQ(kind_of_error([&] { commit(keystore, own, 5000, 500); }, &message), ErrorKind::failed);
        EXPECT_EQ(message, "cannot write the keystore in '" + path().parent_path().string() + "': the disk is full");
        EXPECT_FALSE(Objects(keystore).has(id_of(5000)));
    }
    Unlocked keystore(path(), master);
    commit(keystore, own, 5000, 500);
    EXPECT_EQ(Objects(keystore).count(own.study), 560u);
    keystore.database().check_integrity();
}

}  // namespace
}  // namespace msh::keystore::test
