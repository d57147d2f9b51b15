#include "db/query.hpp"

#include <sqlite3.h>
#include <utility>

#include "db/connection.hpp"

namespace msh::db {

Query::Query(Query&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

Query::~Query() {
    if (statement_ != nullptr) connection_->give_back(statement_);
}

bool Query::next() {
    return connection_->step(statement_);
}

Query::Type Query::type(int column) const {
    switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_NULL:
            return Type::null;
        case SQLITE_INTEGER:
            return Type::integer;
        case SQLITE_TEXT:
            return Type::text;
        case SQLITE_BLOB:
            return Type::bytes;
        default:
            connection_->throw_damaged();  // no table of ours holds floating point
    }
}

void Query::require(int column, Type wanted) const {
    if (type(column) != wanted) connection_->throw_damaged();
}

std::int64_t Query::integer(int column) const {
    require(column, Type::integer);
    return sqlite3_column_int64(statement_, column);
}

std::uint64_t Query::count(int column) const {
    const std::int64_t number = integer(column);
    if (number < 0) connection_->throw_damaged();
    return static_cast<std::uint64_t>(number);
}

std::string_view Query::text(int column) const {
    require(column, Type::text);
    return as_text(
        {sqlite3_column_text(statement_, column), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))});
}

ByteView Query::bytes(int column) const {
    require(column, Type::bytes);
    return {static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column)),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

ByteView Query::bytes_of_size(int column, std::size_t size) const {
    const ByteView found = bytes(column);
    if (found.size() != size) connection_->throw_damaged();
    return found;
}

std::optional<std::int64_t> Query::maybe_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<std::uint64_t> Query::maybe_count(int column) const {
    return is_null(column) ? std::nullopt : std::optional(count(column));
}

std::optional<std::string> Query::maybe_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional(std::string(text(column)));
}

std::optional<Bytes> Query::maybe_bytes(int column) const {
    if (is_null(column)) return std::nullopt;
    const ByteView found = bytes(column);
    return Bytes(found.begin(), found.end());
}

}  // namespace msh::db
