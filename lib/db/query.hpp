// The rows of one SELECT, one at a time:
//
//     db::Query rows = db.query("SELECT id, size FROM object WHERE study = ?1", {study});
//     while (rows.next()) use(rows.array<16>(0), rows.integer(1));
//
// It must end before its connection does. Views (text, bytes) live until the next call of next() or the end of the
// query. A column that holds something else than what is asked for is an Error of kind `failed`: the file is damaged.
// While a query is open it holds a snapshot of the database; do not change the tables it reads, and do not begin a
// transaction that writes before it has ended: another process may have written in between, and the snapshot
// cannot follow.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

struct sqlite3_stmt;

namespace msh::db {

class Connection;

class Query {
  public:
    Query(Query&& other) noexcept;
    Query& operator=(Query&&) = delete;
    ~Query();  // gives the statement back to the connection's cache

    // Moves to the next row, at first to the first one; false when there is none.
    bool next();

    enum class Type { null, integer, text, bytes };
    [[nodiscard]] Type type(int column) const;
    [[nodiscard]] bool is_null(int column) const { return type(column) == Type::null; }
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint64_t count(int column) const;  // an integer that cannot be negative
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] ByteView bytes(int column) const;

    // Bytes of a fixed size.
    template <std::size_t N>
    [[nodiscard]] std::array<std::uint8_t, N> array(int column) const {
        std::array<std::uint8_t, N> out{};
        std::memcpy(out.data(), bytes_of_size(column, N).data(), N);
        return out;
    }

    // The same for columns that may be null.
    [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const;
    [[nodiscard]] std::optional<std::uint64_t> maybe_count(int column) const;
    [[nodiscard]] std::optional<std::string> maybe_text(int column) const;
    [[nodiscard]] std::optional<Bytes> maybe_bytes(int column) const;
    template <std::size_t N>
    [[nodiscard]] std::optional<std::array<std::uint8_t, N>> maybe_array(int column) const {
        return is_null(column) ? std::nullopt : std::optional(array<N>(column));
    }

  private:
    friend class Connection;
    Query(Connection& connection, sqlite3_stmt* statement) noexcept : connection_(&connection), statement_(statement) {}

    void require(int column, Type wanted) const;
    [[nodiscard]] ByteView bytes_of_size(int column, std::size_t size) const;

    Connection* connection_;
    sqlite3_stmt* statement_;
};

// What `read` makes of each row:
//
//     return db::read_all(db.query("SELECT name, size FROM ..."), [](const db::Query& row) {
//         return File{std::string(row.text(0)), row.count(1)};
//     });
template <typename Read>
[[nodiscard]] auto read_all(Query rows, const Read& read) {
    std::vector<decltype(read(rows))> all;
    while (rows.next())
        all.push_back(read(rows));
    return all;
}

}  // namespace msh::db
