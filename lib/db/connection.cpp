#include "db/connection.hpp"

#include <new>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "base/file_lock.hpp"
#include "db/state.hpp"

namespace msh::db {
namespace {

int wait_for_others(void* context, int tries) {
    auto& state = *static_cast<Connection::State*>(context);
    if (tries == 0) state.wait.emplace("'" + state.path.string() + "'");
    if (state.wait->so_far() >= state.busy_timeout) return 0;
    try {
        state.wait->pause();
    } catch (...) {  // not through SQLite
        state.interruption = std::current_exception();
        return 0;
    }
    return 1;
}

}  // namespace

Connection::Connection(const std::filesystem::path& path, std::string name) : state_(std::make_unique<State>()) {
    // Absolute, so that no name can be taken for a URI.
    state_->path = std::filesystem::absolute(path);
    state_->name = std::move(name);
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    state_->require(sqlite3_open_v2(state_->path.c_str(), &state_->handle, flags, nullptr));
    set_up();
}

Connection::~Connection() = default;

void Connection::set_up() {
    sqlite3* handle = state_->handle;
    sqlite3_busy_handler(handle, wait_for_others, state_.get());
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    run_script(
        "PRAGMA temp_store = MEMORY;"
        "PRAGMA mmap_size = 0;"
        "PRAGMA cell_size_check = ON;"
        "PRAGMA secure_delete = ON;"
        "PRAGMA foreign_keys = ON;"
        "PRAGMA synchronous = FULL;"
        "PRAGMA cache_size = -8192;"           // KiB; larger transactions spill into the log
        "PRAGMA wal_autocheckpoint = 4096;");  // pages
    // The mode is kept in the file, so this writes only once, right after the file was made or copied.
    run_script("PRAGMA journal_mode = WAL");
    Query mode = query("PRAGMA journal_mode");
    if (!mode.next() || mode.text(0) != "wal") {
        throw Error(ErrorKind::failed, "the " + name() + " cannot use a write-ahead log on this file system");
    }
}

void Connection::run_script(const std::string& sql) {
    state_->require(sqlite3_exec(state_->handle, sql.c_str(), nullptr, nullptr, nullptr));
}

std::uint64_t Connection::run(std::string_view sql, std::initializer_list<Value> values) {
    Query statement(*this, take_statement(sql));
    bind(statement.statement_, values, false);
    while (statement.next()) {
    }
    return static_cast<std::uint64_t>(sqlite3_changes64(state_->handle));
}

Query Connection::query(std::string_view sql, std::initializer_list<Value> values) {
    Query statement(*this, take_statement(sql));
    bind(statement.statement_, values, true);
    return statement;
}

std::int64_t Connection::last_row() const noexcept {
    return sqlite3_last_insert_rowid(state_->handle);
}

sqlite3_stmt* Connection::take_statement(std::string_view sql) {
    if (const auto known = state_->statements.find(sql); known != state_->statements.end()) {
        if (sqlite3_stmt* at_rest = std::exchange(known->second, nullptr)) return at_rest;
    }
    sqlite3_stmt* statement = nullptr;
    state_->require(sqlite3_prepare_v3(state_->handle, sql.data(), static_cast<int>(sql.size()),
                                       SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    return statement;
}

void Connection::give_back(sqlite3_stmt* statement) noexcept {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    try {
        sqlite3_stmt*& place = state_->statements[sqlite3_sql(statement)];
        if (place == nullptr) {
            place = statement;
            return;
        }
    } catch (const std::bad_alloc&) {
        // Not kept, then.
    }
    sqlite3_finalize(statement);
}

void Connection::bind(sqlite3_stmt* statement, std::initializer_list<Value> values, bool copy) {
    const auto lifetime = copy ? SQLITE_TRANSIENT : SQLITE_STATIC;
    int place = 0;
    for (const Value& value : values) {
        ++place;
        const int code = std::visit(
            [&](const auto& it) {
                using T = std::decay_t<decltype(it)>;
                if constexpr (std::is_same_v<T, std::nullptr_t>) {
                    return sqlite3_bind_null(statement, place);
                } else if constexpr (std::is_same_v<T, std::int64_t>) {
                    return sqlite3_bind_int64(statement, place, it);
                } else if constexpr (std::is_same_v<T, std::uint64_t>) {
                    if (it > INT64_MAX) return SQLITE_RANGE;
                    return sqlite3_bind_int64(statement, place, static_cast<std::int64_t>(it));
                } else if constexpr (std::is_same_v<T, std::string_view>) {
                    return sqlite3_bind_text64(statement, place, it.empty() ? "" : it.data(), it.size(), lifetime,
                                               SQLITE_UTF8);
                } else {
                    // A null pointer would bind null.
                    const void* data = it.empty() ? static_cast<const void*>("") : it.data();
                    return sqlite3_bind_blob64(statement, place, data, it.size(), lifetime);
                }
            },
            value.view());
        state_->require(code);
    }
}

bool Connection::step(sqlite3_stmt* statement) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) state_->raise(code);
    return false;
}

void Connection::truncate_log() {
    Wait wait("'" + state_->path.string() + "'");
    while (true) {
        const FileLock turn = state_->wait_for_turn();
        const int code =
            sqlite3_wal_checkpoint_v2(state_->handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
        if (code == SQLITE_OK) return;
        if ((code & 0xff) != SQLITE_BUSY || wait.so_far() >= state_->busy_timeout) state_->raise(code);
        wait.pause();
    }
}

void Connection::rewrite() {
    // SQLite keeps its intermediate copy, which has no name, in the folder this variable tells.
    std::string folder = state_->path.parent_path().string();
    sqlite3_temp_directory = folder.data();
    run_script("PRAGMA temp_store = FILE");
    const auto restore = [this] {
        sqlite3_temp_directory = nullptr;
        run_script("PRAGMA temp_store = MEMORY");
    };
    try {
        const FileLock turn = state_->wait_for_turn();
        run_script("VACUUM");
    } catch (...) {
        restore();
        throw;
    }
    restore();
}

void Connection::copy_into(const std::filesystem::path& empty_file) {
    run("VACUUM INTO ?1", {std::filesystem::absolute(empty_file).string()});
}

void Connection::check_integrity() {
    Query report = query("PRAGMA integrity_check(1)");
    if (!report.next() || report.text(0) != "ok") throw_damaged();
    Query orphans = query("PRAGMA foreign_key_check");
    if (orphans.next()) throw_damaged();
}

void Connection::set_busy_timeout(std::chrono::milliseconds timeout) {
    state_->busy_timeout = timeout;
}

std::chrono::milliseconds Connection::busy_timeout() const noexcept {
    return state_->busy_timeout;
}

const std::filesystem::path& Connection::path() const noexcept {
    return state_->path;
}

const std::string& Connection::name() const noexcept {
    return state_->name;
}

void Connection::throw_damaged() const {
    db::throw_damaged(state_->name);
}

}  // namespace msh::db
