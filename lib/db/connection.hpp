// One connection to one SQLite database, set up for data that must survive a kill, a power cut and eight programs at
// once, and whose deleted rows must be gone: write-ahead log, a sync at every commit, secure_delete, foreign keys, no
// memory map (a damaged or truncated file is an error, never a signal), temporary data in memory (but for rewrite()),
// nothing trusted that the file's schema says, cells checked as pages are read.
//
//     db::Connection db(home / "keystore.db", "keystore");
//     db::Transaction transaction(db);                                   // transaction.hpp
//     db.run("INSERT INTO project (name) VALUES (?1)", {name});
//     transaction.commit();
//
// The statements are kept prepared, by their text. A connection belongs to one thread and, because SQLite's locks do
// not survive it, to one process: open it after fork(), not before.
//
// Errors: `failed` when the file cannot be opened, read or written (a full disk says so) or is damaged ("the keystore
// is damaged"); `again` when other processes held it for longer than the busy timeout. Source: sqlite.org, "Write-Ahead
// Logging", "PRAGMA Statements", "Result and Error Codes".
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "db/query.hpp"
#include "db/value.hpp"

namespace msh::db {

class Connection {
  public:
    // The file must exist: create it first, with the intended mode (an empty file is
    // an empty database; SQLite gives its side files the same mode). `name` stands in messages.
    Connection(const std::filesystem::path& path, std::string name);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // Runs one statement to completion and returns the number of rows it changed.
    std::uint64_t run(std::string_view sql, std::initializer_list<Value> values = {});
    // Starts a statement that gives rows.
    [[nodiscard]] Query query(std::string_view sql, std::initializer_list<Value> values = {});
    // Runs several statements without values, separated by semicolons.
    void run_script(const std::string& sql);

    // The rowid of the row that was inserted last.
    [[nodiscard]] std::int64_t last_row() const noexcept;

    // Empties the write-ahead log into the database and truncates it, so that no old version of a page is left in it.
    // Waits for the others' readers; `again` when they are still there after the busy timeout.
    void truncate_log();
    // Writes all pages anew. secure_delete overwrites a deleted row where it lies, but not the copies of it that moving
    // rows between pages may have left in unused bytes; after this and truncate_log() those are gone too. Needs about
    // the database's size of free space, twice, in its folder, and keeps writers waiting. One thread of a process at a
    // time may do this.
    void rewrite();
    // Writes a consistent, compact copy into an empty file, without holding up the writers.
    void copy_into(const std::filesystem::path& empty_file);
    // Reads every page and compares indexes with tables; throws when something is wrong.
    void check_integrity();

    // How long to wait for other processes: two minutes unless set.
    void set_busy_timeout(std::chrono::milliseconds timeout);
    [[nodiscard]] std::chrono::milliseconds busy_timeout() const noexcept;

    [[nodiscard]] const std::filesystem::path& path() const noexcept;
    [[nodiscard]] const std::string& name() const noexcept;

    // For values that no undamaged database contains.
    [[noreturn]] void throw_damaged() const;

    struct State;  // of this room's own

  private:
    friend class Query;
    friend class Transaction;

    [[nodiscard]] sqlite3_stmt* take_statement(std::string_view sql);
    void give_back(sqlite3_stmt* statement) noexcept;
    void bind(sqlite3_stmt* statement, std::initializer_list<Value> values, bool copy);
    [[nodiscard]] bool step(sqlite3_stmt* statement);
    void set_up();

    std::unique_ptr<State> state_;
};

}  // namespace msh::db
