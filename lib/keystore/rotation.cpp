#include "keystore/rotation.hpp"

#include <utility>
#include <vector>

#include "base/error.hpp"
#include "keystore/compaction.hpp"
#include "keystore/schema.hpp"
#include "keystore/wrapping_key.hpp"

namespace msh::keystore {
namespace {

constexpr int rows_at_a_time = 256;

// The key parts behind the rowid and the wrapped value, as the writer of the row named them.
Place place_of(const WrappedColumn& column, const db::Query& row) {
    Place place(column.table, column.column);
    for (int part = 2; part < 2 + column.parts; ++part) {
        switch (row.type(part)) {
            case db::Query::Type::integer:
                place.part(row.count(part));
                break;
            case db::Query::Type::text:
                place.part(as_bytes(row.text(part)));
                break;
            default:
                place.part(row.bytes(part));
        }
    }
    return place;
}

void rewrap_column(Keystore& keystore, const WrappedColumn& column, Vault& next) {
    std::vector<std::pair<std::int64_t, Bytes>> part;
    std::int64_t after = 0;
    do {
        part.clear();
        db::Query rows = keystore.database().query(column.select, {after, rows_at_a_time});
        while (rows.next()) {
            const Place place = place_of(column, rows);
            part.emplace_back(rows.integer(0), next.wrap(place, keystore.unwrap(place, rows.bytes(1))));
        }
        for (const auto& [row, wrapped] : part)
            keystore.database().run(column.update, {row, wrapped});
        if (!part.empty()) after = part.back().first;
    } while (!part.empty());
}

}  // namespace

Vault Rotation::rewrap(const Key& next) {
    Vault vault = make_wrapping_key(keystore_.database(), next, &keystore_.master());
    for (const WrappedColumn& column : wrapped_columns())
        rewrap_column(keystore_, column, vault);
    return vault;
}

void Rotation::install(const Key& next, Vault vault) {
    keystore_.master_ = next;
    keystore_.vault_ = std::move(vault);
}

void Rotation::begin(const Key& next) {
    Transaction transaction(keystore_);
    Vault vault = rewrap(next);
    transaction.commit();
    install(next, std::move(vault));
}

void Rotation::finish() {
    {
        Transaction transaction(keystore_);
        if (keystore_.rotation_state() == RotationState::to_repeat) {
            throw Error(ErrorKind::failed, "the new master key is not in its place yet");
        }
        keystore_.database().run("DELETE FROM wrapping_key WHERE slot = 1");
        transaction.commit();
    }
    keystore_.database().truncate_log();
    Compaction(keystore_).run_if_scheduled();
}

}  // namespace msh::keystore
