#include "db/state.hpp"

#include <cerrno>
#include <cstring>
#include <new>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"

namespace msh::db {
namespace {

// SQLite keeps the errno of the call that failed; only of opening is it sure to be the right one.
std::string why_not_open(sqlite3* handle) {
    const int system = handle != nullptr ? sqlite3_system_errno(handle) : 0;
    return system != 0 ? std::strerror(system) : sqlite3_errstr(SQLITE_CANTOPEN);
}

// Of the side files too, which SQLite tells as an error of reading or writing.
bool is_disk_full(sqlite3* handle) {
    const int system = sqlite3_system_errno(handle);
    return system == ENOSPC || system == EDQUOT;
}

// Then SQLite opens it all the same, and fails over a side file with an errno that says nothing of that.
bool is_read_only(const std::filesystem::path& file) {
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    return ::access(file.c_str(), F_OK) == 0 &&
           (::access(file.c_str(), W_OK) != 0 || ::access(folder.c_str(), W_OK) != 0);
}

[[noreturn]] void throw_read_only(const std::string& name, const std::filesystem::path& path) {
    throw Error(ErrorKind::failed, "cannot write the " + name + ": '" + path.string() + "' or its folder is read-only",
                "every program that opens it must be able to write to both");
}

}  // namespace

Connection::State::~State() {
    for (auto& [text, statement] : statements)
        sqlite3_finalize(statement);
    sqlite3_close_v2(handle);
}

FileLock Connection::State::wait_for_turn() const {
    const std::filesystem::path queue = path.string() + "-queue";
    Wait patience("'" + queue.string() + "'");
    while (true) {
        if (auto turn = FileLock::try_lock(queue)) return std::move(*turn);
        if (patience.so_far() >= busy_timeout) raise(SQLITE_BUSY);
        patience.pause();
    }
}

void Connection::State::raise(int code) const {
    if (interruption) std::rethrow_exception(interruption);
    switch (code & 0xff) {
        case SQLITE_NOMEM:
            throw std::bad_alloc();
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            throw Error(ErrorKind::again, "the " + name + " is busy: other programs have held it for too long");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            db::throw_damaged(name);
        case SQLITE_FULL:
            throw Error(ErrorKind::failed,
                        "cannot write the " + name + " in '" + path.parent_path().string() + "': the disk is full");
        case SQLITE_READONLY:
            throw_read_only(name, path);
        case SQLITE_CANTOPEN:
            if (is_read_only(path)) throw_read_only(name, path);
            throw Error(ErrorKind::failed, "cannot open the " + name + ": " + why_not_open(handle));
        case SQLITE_IOERR:
            if (is_disk_full(handle)) raise(SQLITE_FULL);
            throw Error(ErrorKind::failed, "cannot read or write the " + name + " in '" + path.parent_path().string() +
                                               "': " + sqlite3_errstr(code));
        default:
            throw Error(ErrorKind::failed, "the " + name + " failed: " + sqlite3_errstr(code));
    }
}

void throw_damaged(const std::string& name) {
    throw Error(ErrorKind::failed, "the " + name + " is damaged");
}

}  // namespace msh::db
