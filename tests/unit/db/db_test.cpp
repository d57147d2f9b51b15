#include <csignal>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "db/connection.hpp"
#include "db/migration.hpp"
#include "db/transaction.hpp"
#include "support/temporary_folder.hpp"

namespace msh::db {
namespace {

namespace fs = std::filesystem;

class Database : public ::testing::Test {
  protected:
    void SetUp() override {
        write_file_atomically(path, {}, 0600);
        Connection db(path, "table");
        db.run("CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB, s TEXT, i INTEGER) STRICT");
    }
    static std::uint64_t rows(Connection& db) {
        Query count = db.query("SELECT count(*) FROM t");
        return count.next() ? count.count(0) : 0;
    }
    static ErrorKind kind(const std::function<void()>& call, std::string* message = nullptr) {
        try {
            call();
        } catch (const Error& error) {
            if (message != nullptr) *message = error.what();
            return error.kind();
        }
        throw std::logic_error("no error was thrown");
    }
    static void in_processes(int count, const std::function<void(int)>& work) {
        std::vector<pid_t> children;
        for (int i = 0; i < count; ++i) {
            children.push_back(::fork());
            if (children.back() != 0) continue;
            int code = 1;
            try {
                work(i);
                code = HasFailure() ? 2 : 0;
            } catch (const std::exception& error) {
                std::fprintf(stderr, "process %d: %s\n", i, error.what());
            }
            ::_exit(code);
        }
        for (const pid_t child : children) {
            int status = 0;
            ::waitpid(child, &status, 0);
            EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
        }
    }

    msh::test::TemporaryFolder folder;
    fs::path path = folder.path() / "table.db";
};

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
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.array<4>(0), four);
    EXPECT_FALSE(rows.maybe_text(1));
    EXPECT_FALSE(rows.maybe_count(2));
    EXPECT_FALSE(rows.maybe_array<4>(1));
    std::string message;
    EXPECT_EQ(kind([&] { (void)rows.bytes(1); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the table is damaged");
    EXPECT_FALSE(rows.next());
    EXPECT_EQ(kind([&] { db.run("INSERT INTO t (i) VALUES (?1)", {UINT64_MAX}); }), ErrorKind::failed);
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

TEST_F(Database, EightProcessesLoseNoUpdate) {
    {
        Connection db(path, "table");
        db.run("INSERT INTO t (n, i) VALUES (1, 0)");
    }
    in_processes(8, [&](int) {
        for (int round = 0; round < 5; ++round) {
            Connection db(path, "table");  // opening and closing is part of the fight
            for (int i = 0; i < 10; ++i) {
                Transaction transaction(db);
                Query value = db.query("SELECT i FROM t WHERE n = 1");
                ASSERT_TRUE(value.next());
                db.run("UPDATE t SET i = ?1 WHERE n = 1", {value.integer(0) + 1});
                transaction.commit();
            }
        }
    });
    Connection db(path, "table");
    Query value = db.query("SELECT i FROM t WHERE n = 1");
    ASSERT_TRUE(value.next());
    EXPECT_EQ(value.integer(0), 400);
}

// A process that writes one batch after the other must let the waiting ones in: without a queue it would do so about
// once in a hundred batches.
TEST_F(Database, ABusyWriterDoesNotStarveTheOthers) {
    constexpr int turns = 20;
    const fs::path stop = folder.path() / "stop";
    in_processes(2, [&](int process) {
        Connection db(path, "table");
        for (int i = 0; process == 0 ? !fs::exists(stop) : i < turns; ++i) {
            Transaction transaction(db);
            db.run("INSERT INTO t (i) VALUES (?1)", {process});
            ::usleep(process == 0 ? 2000 : 0);
            transaction.commit();
        }
        if (process == 1) std::ofstream(stop).close();
    });
    Connection db(path, "table");
    EXPECT_LT(rows(db), 30u * turns);
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
    EXPECT_EQ(kind([&] {
                  migrate(db, {"", "", "CREATE TABLE c (z INTEGER); SELECT nonsense"});
              }),
              ErrorKind::failed);
    EXPECT_EQ(schema_version(db), 2u);
    EXPECT_EQ(kind([&] { (void)db.query("SELECT * FROM c"); }), ErrorKind::failed);
    std::string message;
    EXPECT_EQ(kind([&] { migrate(db, {"CREATE TABLE a (x INTEGER)"}); }, &message), ErrorKind::failed);
    EXPECT_EQ(message, "the table was written by a later version of msh");
}

TEST_F(Database, DeletedBytesAreGone) {
    const std::string marker = "marker-that-no-other-page-holds";
    Connection db(path, "table");
    {
        Transaction transaction(db);
        for (int i = 0; i < 500; ++i) {
            db.run("INSERT INTO t (n, s) VALUES (?1, ?2)", {i, i == 250 ? marker : std::string(100, 'x')});
        }
        transaction.commit();
    }
    db.run("DELETE FROM t WHERE n = 250");
    db.truncate_log();
    EXPECT_EQ(fs::file_size(path.string() + "-wal"), 0u);
    const pid_t child = ::fork();  // reading and closing the file here would drop the connection's locks
    if (child == 0) {
        const auto bytes = read_file(path, 1u << 30);
        ::_exit(as_text(*bytes).find(marker) == std::string_view::npos ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST_F(Database, AKillLosesNothingThatWasCommitted) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        Connection db(path, "table");
        for (std::uint64_t i = 1;; ++i) {
            Transaction transaction(db);
            db.run("INSERT INTO t (n, b) VALUES (?1, ?2)", {i, Bytes(5000)});
            transaction.commit();
            if (::write(ends[1], &i, sizeof i) != sizeof i) ::_exit(1);
        }
    }
    ::close(ends[1]);
    std::uint64_t last = 0;
    while (::read(ends[0], &last, sizeof last) == sizeof last && last < 20) {
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &last, sizeof last) == sizeof last) {
    }
    ::close(ends[0]);
    Connection db(path, "table");
    EXPECT_GE(rows(db), last);
    db.check_integrity();
}

TEST_F(Database, AFullDiskIsSaidAndOutlived) {
    Connection db(path, "table");
    db.run("INSERT INTO t (n) VALUES (1)");
    db.run_script("PRAGMA max_page_count = 10");
    std::string message;
    {
        Transaction transaction(db);
        EXPECT_EQ(kind([&] { db.run("INSERT INTO t (n, b) VALUES (2, ?1)", {Bytes(100'000)}); }, &message),
                  ErrorKind::failed);
    }
    EXPECT_EQ(message, "cannot write the table: the disk is full");
    EXPECT_EQ(rows(db), 1u);
    db.run_script("PRAGMA max_page_count = 1000");
    db.run("INSERT INTO t (n, b) VALUES (2, ?1)", {Bytes(100'000)});
    EXPECT_EQ(rows(db), 2u);
}

TEST_F(Database, AFileThatMayNotGrow) {
    in_processes(1, [&](int) {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{100'000, 100'000};
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
        Connection db(path, "table");
        db.run("INSERT INTO t (n) VALUES (1)");
        std::string message;
        EXPECT_EQ(kind(
                      [&] {
                          Transaction transaction(db);
                          db.run("INSERT INTO t (n, b) VALUES (2, ?1)", {Bytes(300'000)});
                          transaction.commit();
                      },
                      &message),
                  ErrorKind::failed);
        EXPECT_EQ(message, "cannot read or write the table: disk I/O error");
        EXPECT_EQ(rows(db), 1u);
    });
    Connection db(path, "table");
    db.check_integrity();
    EXPECT_EQ(rows(db), 1u);
}

TEST_F(Database, DamageIsReported) {
    {
        Connection db(path, "table");
        db.run("CREATE INDEX t_s ON t (s)");
        Transaction transaction(db);
        for (int i = 0; i < 2000; ++i)
            db.run("INSERT INTO t (n, s, i) VALUES (?1, ?2, 1)", {i, std::to_string(i)});
        transaction.commit();
    }
    const Bytes sound = read_file(path, 1u << 30).value();
    const std::size_t pages = sound.size() / 4096;
    ASSERT_GT(pages, 10u);
    for (std::size_t page = 0; page < pages; ++page) {
        for (const std::uint8_t filling : Bytes{0x00, 0xff, 0x0d}) {
            Bytes damaged = sound;
            std::fill_n(damaged.begin() + static_cast<std::ptrdiff_t>(page * 4096), 4096, filling);
            write_file_atomically(path, damaged, 0600);
            std::string message;
            EXPECT_EQ(kind(
                          [&] {
                              Connection db(path, "table");
                              db.check_integrity();
                          },
                          &message),
                      ErrorKind::failed)
                << page;
            EXPECT_EQ(message, "the table is damaged") << page;
        }
    }
    Bytes cut = sound;
    cut.resize(sound.size() / 2);
    write_file_atomically(path, cut, 0600);
    EXPECT_EQ(kind([&] {
                  Connection db(path, "table");
                  Query all = db.query("SELECT sum(length(s)), sum(i) FROM t");
                  while (all.next()) {
                  }
              }),
              ErrorKind::failed);
}

TEST_F(Database, ACopyIsWholeAndDetached) {
    const fs::path copy = folder.path() / "copy.db";
    write_file_atomically(copy, {}, 0600);
    Connection db(path, "table");
    db.run("INSERT INTO t (n, s) VALUES (1, 'x')");
    db.copy_into(copy);
    db.run("INSERT INTO t (n, s) VALUES (2, 'x')");
    Connection other(copy, "copy");
    other.check_integrity();
    EXPECT_EQ(rows(other), 1u);
    EXPECT_EQ(kind([&] { db.copy_into(copy); }), ErrorKind::failed);
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
}  // namespace msh::db
