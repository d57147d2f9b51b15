// Making, opening and unlocking; wrapping; identities and projects.
#include "keystore/keystore.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/x25519.hpp"
#include "db/connection.hpp"
#include "keystore/anchors.hpp"
#include "keystore/identities.hpp"
#include "keystore/projects.hpp"
#include "keystore/schema.hpp"
#include "unit/keystore/fixture.hpp"

namespace msh::keystore::test {
namespace {

namespace fs = std::filesystem;

class KeystoreBasics : public KeystoreTest {};

mode_t mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
}

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

TEST_F(KeystoreBasics, CreateLeavesOneFileThatOnlyItsOwnerReads) {
    EXPECT_EQ(files_in(folder.path()), 1u);
    EXPECT_EQ(mode_of(path()), 0600u);
    const mode_t former = ::umask(0);
    {
        Unlocked keystore(path(), master);
        (void)Projects(keystore).pseudonym_key("p");
        for (const char* suffix : {"", "-wal", "-shm", "-queue"})
            EXPECT_EQ(mode_of(path().string() + suffix), 0600u);
    }
    ::umask(former);
}

TEST_F(KeystoreBasics, CreateNeverReplaces) {
    const Key age = Identities(*std::make_unique<Unlocked>(path(), master)).private_key(Identity::age);
    EXPECT_FALSE(Keystore::create(path(), key_of(2), "other.example/log"));
    Unlocked keystore(path(), master);
    EXPECT_TRUE(constant_time_equal(Identities(keystore).private_key(Identity::age).view(), age.view()));
    EXPECT_EQ(Anchors(keystore).origin(), own_origin);
}

TEST_F(KeystoreBasics, OneOfManyCreatorsWins) {
    const fs::path contested = folder.path() / "contested.db";
    in_processes(8, [&](int i) {
        const Key own = key_of(static_cast<std::uint8_t>(10 + i));
        if (Keystore::create(contested, own, own_origin)) {
            Unlocked keystore(contested, own);
            write_file_atomically(folder.path() / "winner", Bytes{static_cast<std::uint8_t>(10 + i)}, 0600);
        }
    });
    const auto winner = read_file(folder.path() / "winner", 1);
    ASSERT_TRUE(winner);
    Unlocked keystore(contested, key_of(winner->front()));
    EXPECT_EQ(files_in(folder.path()), 5u);  // two keystores, the winner, and the open one's side files
}

TEST_F(KeystoreBasics, OpeningWhatIsNoKeystore) {
    std::string message;
    EXPECT_EQ(kind_of_error([&] { Keystore keystore(folder.path() / "missing.db"); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "cannot open the keystore: No such file or directory");
    std::ofstream(folder.path() / "empty.db").close();
    EXPECT_EQ(kind_of_error([&] { Keystore keystore(folder.path() / "empty.db"); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the file is not a keystore");
    std::ofstream(folder.path() / "text.db") << std::string(5000, 'x');
    EXPECT_EQ(kind_of_error([&] { Keystore keystore(folder.path() / "text.db"); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the keystore is damaged");
}

TEST_F(KeystoreBasics, OpeningWhatAnotherVersionMade) {
    const auto message_after = [&](const std::string& change) {
        fs::remove(folder.path() / "other.db");
        EXPECT_TRUE(Keystore::create(folder.path() / "other.db", master, own_origin));
        db::Connection(folder.path() / "other.db", "test").run_script(change);
        std::string message;
        EXPECT_EQ(kind_of_error([&] { Keystore keystore(folder.path() / "other.db"); }, &message), ErrorKind::failed);
        return message;
    };
    const std::string wanted = "the keystore was made by another version of msh";
    EXPECT_EQ(message_after("UPDATE made_as SET schema = zeroblob(32)"), wanted);
    EXPECT_EQ(message_after("DELETE FROM made_as"), wanted);
    EXPECT_EQ(message_after("DROP TABLE made_as"), wanted);
}

TEST_F(KeystoreBasics, WrongMasterKey) {
    Keystore keystore(path());
    std::string message;
    EXPECT_EQ(kind_of_error([&] { keystore.unlock(key_of(9)); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the master key does not open this keystore");
    EXPECT_FALSE(keystore.unlocked());
    keystore.unlock(master);
    EXPECT_TRUE(keystore.unlocked());
}

TEST_F(KeystoreBasics, SecretsNeedTheMasterKeyAndPublicKeysDoNot) {
    Keystore locked(path());
    EXPECT_EQ(kind_of_error([&] { (void)Identities(locked).private_key(Identity::log); }), ErrorKind::failed);
    EXPECT_EQ(kind_of_error([&] { (void)Projects(locked).pseudonym_key("default"); }), ErrorKind::failed);
    Unlocked keystore(path(), master);
    Identities identities(keystore);
    EXPECT_EQ(Identities(locked).public_key(Identity::age),
              crypto::x25519_public(identities.private_key(Identity::age)));
    for (const Identity identity : {Identity::statement, Identity::log}) {
        EXPECT_EQ(Identities(locked).public_key(identity), crypto::ed25519_public(identities.private_key(identity)));
    }
    EXPECT_NE(identities.public_key(Identity::statement), identities.public_key(Identity::log));
}

TEST_F(KeystoreBasics, AnExchangedPublicKeyIsNoticed) {
    Unlocked keystore(path(), master);
    keystore.database().run("UPDATE identity SET public = ?1 WHERE use = 'age'", {digest_of(5)});
    EXPECT_EQ(kind_of_error([&] { (void)Identities(keystore).private_key(Identity::age); }), ErrorKind::failed);
}

TEST_F(KeystoreBasics, ProjectsHaveKeysOfTheirOwnThatStay) {
    Unlocked keystore(path(), master);
    Projects projects(keystore);
    const Key one = projects.pseudonym_key("trial \xc3\xa9");
    EXPECT_FALSE(constant_time_equal(one.view(), projects.pseudonym_key("other").view()));
    Unlocked again(path(), master);
    EXPECT_TRUE(constant_time_equal(one.view(), Projects(again).pseudonym_key("trial \xc3\xa9").view()));
    EXPECT_EQ(projects.names(), (std::vector<std::string>{"other", "trial \xc3\xa9"}));
    EXPECT_TRUE(constant_time_equal(projects.pseudonym_key(std::string(64, 'x')).view(),
                                    projects.pseudonym_key(std::string(64, 'x')).view()));
}

TEST_F(KeystoreBasics, ProjectNamesThatAreRefused) {
    Unlocked keystore(path(), master);
    const std::string bad[] = {"",     std::string(65, 'x'), "a\nb", std::string("a\0b", 3),
                               "\x7f", "\xc2\x85",           "\xff", "\xc3"};
    for (const std::string& name : bad) {
        EXPECT_EQ(kind_of_error([&] { (void)Projects(keystore).pseudonym_key(name); }), ErrorKind::usage);
    }
    EXPECT_TRUE(Projects(keystore).names().empty());
}

// A wrapped value opens in its own row and column only.
TEST_F(KeystoreBasics, MovedWrappedValuesDoNotOpen) {
    Unlocked keystore(path(), master);
    (void)Projects(keystore).pseudonym_key("a");
    (void)Projects(keystore).pseudonym_key("b");
    const StudyForWriting first = study(keystore, 1);
    const StudyForWriting second = study(keystore, 2);
    db::Connection& database = keystore.database();
    const auto damaged = [&](const std::string& change, const std::function<void()>& use) {
        db::Transaction transaction(database);
        EXPECT_NE(database.run(change), 0u) << change;
        std::string message;
        EXPECT_EQ(kind_of_error(use, &message), ErrorKind::failed) << change;
        EXPECT_EQ(message, "the keystore is damaged") << change;
    };
    damaged(
        "UPDATE project SET key_wrapped = (SELECT key_wrapped FROM project WHERE name = 'b') WHERE name = "
        "'a'",
        [&] { (void)Projects(keystore).pseudonym_key("a"); });
    damaged(
        "UPDATE identity SET private_wrapped = (SELECT private_wrapped FROM identity WHERE use = 'log')"
        " WHERE use = 'statement'",
        [&] { (void)Identities(keystore).private_key(Identity::statement); });
    damaged("UPDATE secret SET study_wrapped = seal_wrapped", [&] { (void)Studies(keystore).secrets(first.study, 1); });
    damaged("UPDATE secret SET seal_wrapped = (SELECT seal_wrapped FROM secret ORDER BY rowid LIMIT 1)",
            [&] { (void)Studies(keystore).secrets(second.study, 1); });
    damaged("UPDATE secret SET epoch = 2", [&] { (void)Studies(keystore).secrets(first.study, 2); });
    damaged("UPDATE project SET key_wrapped = x'00'", [&] { (void)Projects(keystore).pseudonym_key("a"); });
    EXPECT_TRUE(Studies(keystore).secrets(first.study, 1)->study_secret);
}

TEST_F(KeystoreBasics, OfAnotherKeystoreNothingOpens) {
    const fs::path other_path = folder.path() / "other.db";
    ASSERT_TRUE(Keystore::create(other_path, master, own_origin));
    Bytes foreign;
    {
        Unlocked other(other_path, master);
        (void)Projects(other).pseudonym_key("a");
        db::Query row = other.database().query("SELECT key_wrapped FROM project");
        ASSERT_TRUE(row.next());
        foreign.assign(row.bytes(0).begin(), row.bytes(0).end());
    }
    Unlocked keystore(path(), master);
    (void)Projects(keystore).pseudonym_key("a");
    keystore.database().run("UPDATE project SET key_wrapped = ?1", {foreign});
    EXPECT_EQ(kind_of_error([&] { (void)Projects(keystore).pseudonym_key("a"); }), ErrorKind::failed);
}

TEST(PlaceOfAWrappedValue, IsUnambiguous) {
    const auto encoding = [](Place place) { return Bytes(place.encoded().begin(), place.encoded().end()); };
    std::set<Bytes> encodings = {
        encoding(Place("ab", "c")),
        encoding(Place("a", "bc")),
        encoding(Place("a", "b").part(as_bytes("c"))),
        encoding(Place("a", "").part(as_bytes("bc"))),
        encoding(Place("", "").part(as_bytes("abc"))),
        encoding(Place("abc", "")),
        encoding(Place("a", "b").part(as_bytes("c")).part(as_bytes(""))),
    };
    EXPECT_EQ(encodings.size(), 7u);
}

// Rotation re-wraps what schema.hpp lists; this holds the list complete.
TEST_F(KeystoreBasics, EveryWrappedColumnIsListed) {
    std::set<std::string> listed;
    for (const WrappedColumn& column : wrapped_columns()) {
        listed.insert(std::string(column.table) + "." + std::string(column.column));
    }
    Keystore keystore(path());
    std::set<std::string> found;
    db::Query rows = keystore.database().query(
        "SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.name LIKE '%\\_wrapped' ESCAPE '\\'");
    while (rows.next())
        found.emplace(rows.text(0));
    EXPECT_EQ(found, listed);
    EXPECT_EQ(found.size(), 7u);
}

}  // namespace
}  // namespace msh::keystore::test
