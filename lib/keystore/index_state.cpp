#include "keystore/index_state.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "keystore/object_row.hpp"

namespace msh::keystore {
namespace {

constexpr int documents_at_a_time = 64;

Place secret_place(std::string_view name) {
    return Place("index_secret", "value_wrapped").part(as_bytes(name));
}

Place terms_place(const Id& object) {
    return Place("index_buffer", "terms_wrapped").part(object);
}

std::int64_t segment_number(db::Connection& database, const Digest& segment) {
    {
        db::Query row = database.query("SELECT number FROM segment WHERE id = ?1", {segment});
        if (row.next()) return row.integer(0);
    }
    database.run("INSERT INTO segment (id) VALUES (?1)", {segment});
    return database.last_row();
}

// The number of an object that is neither buffered nor in a segment; nothing for one that is.
std::optional<std::int64_t> unindexed_object(db::Connection& database, const Id& id) {
    db::Query row = database.query(
        "SELECT number, segment IS NOT NULL OR terms_wrapped IS NOT NULL FROM object"
        " LEFT JOIN index_buffer ON index_buffer.object = number WHERE id = ?1"
        " AND EXISTS (SELECT 1 FROM study WHERE study.number = object.study AND lookup IS NOT NULL)",
        {id});
    if (!row.next()) throw Error(ErrorKind::input, "the keystore does not know this object");
    return row.integer(1) != 0 ? std::nullopt : std::optional(row.integer(0));
}

}  // namespace

void IndexState::put(std::string_view name, ByteView secret) {
    Transaction transaction(keystore_);
    keystore_.database().run(
        "INSERT INTO index_secret (name, value_wrapped) VALUES (?1, ?2)"
        " ON CONFLICT (name) DO UPDATE SET value_wrapped = excluded.value_wrapped",
        {name, keystore_.wrap(secret_place(name), secret)});
    transaction.commit();
}

std::optional<SecretBytes> IndexState::get(std::string_view name) {
    db::Query row = keystore_.database().query("SELECT value_wrapped FROM index_secret WHERE name = ?1", {name});
    if (!row.next()) return std::nullopt;
    return keystore_.unwrap(secret_place(name), row.bytes(0));
}

void IndexState::remove(std::string_view name) {
    Transaction transaction(keystore_);
    keystore_.database().run("DELETE FROM index_secret WHERE name = ?1", {name});
    transaction.commit();
}

std::vector<std::string> IndexState::names() {
    std::vector<std::string> names;
    db::Query rows = keystore_.database().query("SELECT name FROM index_secret ORDER BY name");
    while (rows.next())
        names.emplace_back(rows.text(0));
    return names;
}

Indexed IndexState::state(const Id& object) {
    db::Query row = keystore_.database().query(
        "SELECT segment.id, index_buffer.object FROM object"
        " LEFT JOIN segment ON segment.number = object.segment"
        " LEFT JOIN index_buffer ON index_buffer.object = object.number WHERE object.id = ?1"
        " AND EXISTS (SELECT 1 FROM study WHERE study.number = object.study AND lookup IS NOT NULL)",
        {object});
    if (!row.next()) return {};
    if (!row.is_null(0)) return {Indexed::State::in_segment, row.array<32>(0)};
    return {row.is_null(1) ? Indexed::State::none : Indexed::State::buffered, {}};
}

std::size_t IndexState::buffer(std::span<const Document> documents) {
    std::size_t added = 0;
    Transaction transaction(keystore_);
    for (const Document& document : documents) {
        const auto object = unindexed_object(keystore_.database(), document.object);
        if (!object) continue;
        keystore_.database().run("INSERT INTO index_buffer (object, terms_wrapped) VALUES (?1, ?2)",
                                 {*object, keystore_.wrap(terms_place(document.object), document.terms)});
        ++added;
    }
    transaction.commit();
    return added;
}

std::uint64_t IndexState::buffered() {
    db::Query row = keystore_.database().query("SELECT count(*) FROM index_buffer");
    return row.next() ? row.count(0) : 0;
}

void IndexState::for_each_buffered(const std::function<void(const Id&, const SecretBytes&)>& call) {
    std::vector<std::pair<Id, SecretBytes>> part;
    std::int64_t after = 0;
    do {
        part.clear();
        {
            db::Query rows = keystore_.database().query(
                "SELECT number, id, terms_wrapped FROM index_buffer JOIN object ON number = "
                "index_buffer.object"
                " WHERE index_buffer.object > ?1 ORDER BY index_buffer.object LIMIT ?2",
                {after, documents_at_a_time});
            while (rows.next()) {
                after = rows.integer(0);
                const Id id = rows.array<16>(1);
                part.emplace_back(id, keystore_.unwrap(terms_place(id), rows.bytes(2)));
            }
        }
        for (const auto& [id, terms] : part)
            call(id, terms);
    } while (!part.empty());
}

void IndexState::remove_buffered(std::span<const Id> objects) {
    Transaction transaction(keystore_);
    for (const Id& object : objects) {
        keystore_.database().run("DELETE FROM index_buffer WHERE object = ?1",
                                 {own_object_number(keystore_.database(), object)});
    }
    transaction.commit();
}

bool IndexState::move_to_segment(std::span<const Id> objects, const Digest& segment) {
    Transaction transaction(keystore_);
    const auto is_there = [&](const Id& object) { return own_object_number(keystore_.database(), object).has_value(); };
    if (!std::all_of(objects.begin(), objects.end(), is_there)) return false;
    const std::int64_t number = segment_number(keystore_.database(), segment);
    remove_buffered(objects);
    for (const Id& object : objects) {
        keystore_.database().run("UPDATE object SET segment = ?2 WHERE number = ?1",
                                 {own_object_number(keystore_.database(), object), number});
    }
    transaction.commit();
    return true;
}

void IndexState::for_each_in_segment(const Digest& segment, const std::function<void(const Id&)>& call) {
    db::Query rows = keystore_.database().query(
        "SELECT object.id FROM object JOIN segment ON segment.number = object.segment WHERE segment.id = ?1",
        {segment});
    while (rows.next())
        call(rows.array<16>(0));
}

void IndexState::replace_segments(std::span<const Digest> former, const std::optional<Digest>& next) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    const auto number = next ? std::optional(segment_number(database, *next)) : std::nullopt;
    for (const Digest& segment : former) {
        if (segment == next) continue;
        database.run("UPDATE object SET segment = ?2 WHERE segment = (SELECT number FROM segment WHERE id = ?1)",
                     {segment, number});
        database.run("DELETE FROM segment WHERE id = ?1", {segment});
    }
    transaction.commit();
}

std::vector<Digest> IndexState::segments() {
    std::vector<Digest> segments;
    db::Query rows = keystore_.database().query("SELECT id FROM segment ORDER BY number");
    while (rows.next())
        segments.push_back(rows.array<32>(0));
    return segments;
}

}  // namespace msh::keystore
