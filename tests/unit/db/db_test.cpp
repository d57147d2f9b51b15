// Statements, transactions, migrations and settings.
#include <array>
#include <chrono>
#include <filesystem>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <utility>

#include "base/file_lock.hpp"
#include "base/temporary_file.hpp"
#include "db/migration.hpp"
#include "db/transaction.hpp"
#include "unit/db/fixture.hpp"

namespace msh::db::test {
namespace {

namespace fs = std::filesystem;

TEST_F(Database, ValuesComeBackAsTheyWere) {
    Connection db(path, "table");
    const Bytes bytes = {0, 1, 255};
    const std::array<std::uint8_t, 4> four = {1, 2, 3, 4};
    const std::optional<std::string> none;
    EXPECT_EQ(db.run("INSERT INTO t (b, s, i) VALUES (?1, ?2, ?3)", {bytes, "text", -5}), 1u);
    EXPECT_EQ(db.last_row(), 1);
    db.run("INSERT INTO t (b, s, i) VALUES (?1, ?2, ?3)", {Bytes(), std::string(), std::uint64_t{1} << 62});
    db.run("INSERT INTO t (b, s, i) VALUES (?1, ?2, ?3)", {four, none, nullptr});
    Query rows = db.query("SELECT b, s, i FROM t WHERE n >= ?1 ORDER BY n", {std::optional<int>(1)});
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.maybe_bytes(0), bytes);
    EXPECT_EQ(rows.text(1), "text");
    EXPECT_EQ(rows.integer(2), -5);
    EXPECT_EQ(kind([&] { (void)rows.count(2); }), ErrorKind::failed);
    EXPECT_EQ(kind([&] { (void)rows.text(0); }), ErrorKind::failed);
    EXPECT_EQ(kind([&] { (void)rows.array<4>(0); }), ErrorKind::failed);
    ASSERT_TRUE(rows.next());
    EXPECT_TRUE(rows.bytes(0).empty());
    EXPECT_FALSE(rows.is_null(0));
    EXPECT_EQ(rows.text(1), "");
    EXPECT_EQ(rows.maybe_count(2), std::uint64_t{1} << 62);
    EXPECT_EQ(rows.maybe_integer(2), std::int64_t{1} << 62);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.array<4>(0), four);
    EXPECT_FALSE(rows.maybe_text(1));
    EXPECT_FALSE(rows.maybe_count(2));
    EXPECT_FALSE(rows.maybe_integer(2));
    EXPECT_FALSE(rows.maybe_array<4>(1));
    std::string message;
    EXPECT_EQ(kind([&] { (void)rows.bytes(1); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the table is damaged");
    EXPECT_FALSE(rows.next());
    EXPECT_EQ(kind([&] { db.run("INSERT INTO t (i) VALUES (?1)", {UINT64_MAX}); }), ErrorKind::failed);
}

TEST_F(Database, AllRowsAreReadAtOnce) {
    Connection db(path, "table");
    const auto read = [&] {
        return read_all(db.query("SELECT n FROM t ORDER BY n"), [](const Query& row) { return row.integer(0) * 10; });
    };
    EXPECT_TRUE(read().empty());
    for (int i = 1; i <= 3; ++i)
        db.run("INSERT INTO t (n) VALUES (?1)", {i});
    EXPECT_EQ(read(), (std::vector<std::int64_t>{10, 20, 30}));
}

TEST_F(Database, OneTextCanBeInUseTwice) {
    Connection db(path, "table");
    for (int i = 1; i <= 3; ++i)
        db.run("INSERT INTO t (n) VALUES (?1)", {i});
    int pairs = 0;
    const char* sql = "SELECT n FROM t WHERE n >= ?1";
    Query outer = db.query(sql, {1});
    while (outer.next()) {
        Query inner = db.query(sql, {outer.integer(0)});
        while (inner.next())
            ++pairs;
    }
    EXPECT_EQ(pairs, 6);
    EXPECT_EQ(kind([&] { (void)db.query("SELECT nothing FROM t"); }), ErrorKind::failed);
}

TEST_F(Database, IsSetUpForDataThatMustLast) {
    const mode_t former = ::umask(0);
    Connection db(path, "table");
    db.run("INSERT INTO t (n) VALUES (1)");
    ::umask(former);
    const std::pair<const char*, int> settings[] = {
        {"synchronous", 2}, {"secure_delete", 1},  {"foreign_keys", 1},    {"mmap_size", 0},
        {"temp_store", 2},  {"trusted_schema", 0}, {"cell_size_check", 1},
    };
    for (const auto& [name, wanted] : settings) {
        Query setting = db.query(std::string("PRAGMA ") + name);
        ASSERT_TRUE(setting.next()) << name;
        EXPECT_EQ(setting.integer(0), wanted) << name;
    }
    Query mode = db.query("PRAGMA journal_mode");
    ASSERT_TRUE(mode.next());
    EXPECT_EQ(mode.text(0), "wal");
    for (const char* suffix : {"", "-wal", "-shm"}) {
        struct stat status {};
        ASSERT_EQ(::stat((path.string() + suffix).c_str(), &status), 0) << suffix;
        EXPECT_EQ(status.st_mode & 0777, 0600u) << suffix;
    }
}

TEST_F(Database, TransactionsAreAllOrNothing) {
    Connection db(path, "table");
    {
        Transaction transaction(db);
        db.run("INSERT INTO t (n) VALUES (1)");
    }
    EXPECT_EQ(rows(db), 0u);
    {
        Transaction transaction(db);
        db.run("INSERT INTO t (n) VALUES (1)");
        {
            Transaction inner(db);
            db.run("INSERT INTO t (n) VALUES (2)");
            {
                Transaction innermost(db);
                db.run("INSERT INTO t (n) VALUES (3)");
                innermost.commit();
            }
        }
        {
            Transaction inner(db);
            db.run("INSERT INTO t (n) VALUES (4)");
            inner.commit();
        }
        transaction.commit();
    }
    Query found = db.query("SELECT group_concat(n) FROM t");
    ASSERT_TRUE(found.next());
    EXPECT_EQ(found.text(0), "1,4");
}

TEST_F(Database, AnErrorLeavesTheTransactionUsable) {
    Connection db(path, "table");
    Transaction transaction(db);
    db.run("INSERT INTO t (n) VALUES (1)");
    EXPECT_EQ(kind([&] { db.run("INSERT INTO t (n) VALUES (1)"); }), ErrorKind::failed);
    db.run("INSERT INTO t (n) VALUES (2)");
    transaction.commit();
    EXPECT_EQ(rows(db), 2u);
}

TEST_F(Database, WhoWaitsTooLongIsToldToTryAgain) {
    Connection holder(path, "table");
    Connection other(path, "table");
    other.set_busy_timeout(std::chrono::milliseconds(20));
    {
        Transaction transaction(holder);
        std::string message;
        EXPECT_EQ(kind([&] { Transaction waiting(other); }, &message), ErrorKind::again);
        EXPECT_EQ(message, "the table is busy: other programs have held it for too long");
        EXPECT_EQ(rows(other), 0u);  // readers do not wait
        const FileLock head_of_queue(path.string() + "-queue");
        EXPECT_EQ(kind([&] { Transaction waiting(other); }), ErrorKind::again);
    }
    Transaction transaction(other);
    other.run("INSERT INTO t (n) VALUES (1)");
    transaction.commit();
    Query reading = holder.query("SELECT n FROM t");
    ASSERT_TRUE(reading.next());
    other.run("INSERT INTO t (n) VALUES (2)");
    EXPECT_EQ(kind([&] { other.truncate_log(); }), ErrorKind::again);
}

TEST_F(Database, MigratesEachStepOnce) {
    in_processes(8, [&](int) {
        Connection db(path, "table");
        migrate(db, {"CREATE TABLE a (x INTEGER)", "CREATE TABLE b (y INTEGER); INSERT INTO b VALUES (1)"});
    });
    Connection db(path, "table");
    EXPECT_EQ(schema_version(db), 2u);
    Query count = db.query("SELECT count(*) FROM b");
    ASSERT_TRUE(count.next());
    EXPECT_EQ(count.count(0), 1u);
    EXPECT_EQ(kind([&] { migrate(db, {"", "", "CREATE TABLE c (z INTEGER); SELECT nonsense"}); }), ErrorKind::failed);
    EXPECT_EQ(schema_version(db), 2u);
    EXPECT_EQ(kind([&] { (void)db.query("SELECT * FROM c"); }), ErrorKind::failed);
    std::string message;
    EXPECT_EQ(kind([&] { migrate(db, {"CREATE TABLE a (x INTEGER)"}); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the table was written by a later version of msh");
}

TEST_F(Database, WhatCannotBeOpenedSaysWhy) {
    std::string message;
    EXPECT_EQ(kind([&] { Connection db(folder.path() / "missing", "table"); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "cannot open the table: No such file or directory");
    EXPECT_EQ(kind([&] { Connection db(folder.path(), "table"); }), ErrorKind::failed);
    write_file_atomically(path, Bytes(9000, 'x'), 0600);
    EXPECT_EQ(kind([&] { Connection db(path, "table"); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the table is damaged");
}

}  // namespace
}  // namespace msh::db::test
