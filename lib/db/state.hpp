// What a Connection keeps, and how SQLite's result codes become Errors. For the .cpp files of this room alone.
#pragma once

#include <chrono>
#include <exception>
#include <filesystem>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/file_lock.hpp"
#include "base/waiting.hpp"
#include "db/connection.hpp"

namespace msh::db {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
};

struct Connection::State {
    std::filesystem::path path;
    std::string name;
    sqlite3* handle = nullptr;
    std::chrono::milliseconds busy_timeout = std::chrono::minutes(2);
    std::optional<Wait> wait;         // for SQLite's own lock
    std::exception_ptr interruption;  // what ended it
    // Statements at rest; one that is in use has a null pointer here, so that a second use of its text prepares anew.
    std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> statements;

    ~State();
    // Waits at the head of the queue (transaction.hpp) as long as what is returned is kept.
    [[nodiscard]] FileLock wait_for_turn() const;
    // Throws the Error for a result code, or what ended a wait.
    [[noreturn]] void raise(int code) const;
    void require(int code) const {
        if (code != SQLITE_OK) raise(code);
    }
};

[[noreturn]] void throw_damaged(const std::string& name);

}  // namespace msh::db
