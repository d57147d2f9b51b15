// What eight writers, a kill, a full disk and a damaged page must not do.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>

#include "base/temporary_file.hpp"
#include "db/transaction.hpp"
#include "unit/db/fixture.hpp"

namespace msh::db::test {
namespace {

namespace fs = std::filesystem;

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
    EXPECT_EQ(message, "cannot write the table in '" + path.parent_path().string() + "': the disk is full");
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
        EXPECT_EQ(message, "cannot read or write the table in '" + path.parent_path().string() + "': disk I/O error");
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

}  // namespace
}  // namespace msh::db::test
