#include "keystore/object_row.hpp"

#include <string>
#include <utility>

#include "base/clock.hpp"

namespace msh::keystore {
namespace {

record::Payload read_payload(const db::Query& row, int column) {
    return {row.count(column), row.maybe_text(column + 1), row.maybe_text(column + 2)};
}

// A member of the second payload or the anchor, either of which may be absent.
template <typename Part, typename Member>
std::optional<Member> member(const std::optional<Part>& part, Member Part::*which) {
    return part ? std::optional<Member>((*part).*which) : std::nullopt;
}
template <typename Part, typename Member>
std::optional<Member> member(const std::optional<Part>& part, std::optional<Member> Part::*which) {
    return part ? (*part).*which : std::nullopt;
}

std::optional<std::int64_t> anchor_log(db::Connection& database, const record::Object& record) {
    return record.anchor ? std::optional(log_number(database, record.anchor->origin)) : std::nullopt;
}

}  // namespace

KnownObject read_object(const db::Query& row) {
    KnownObject known{row.integer(0), {}};
    record::Object& record = known.record;
    record.id = row.array<16>(1);
    record.study = row.array<16>(2);
    record.epoch = row.count(3);
    record.profile = row.text(4);
    record.payload = read_payload(row, 5);
    if (!row.is_null(8)) record.original = read_payload(row, 8);
    record.kc = row.array<32>(11);
    record.replaces = row.maybe_array<32>(12);
    if (!row.is_null(13)) {
        record.anchor =
            record::Anchor{std::string(row.text(13)), row.count(14), row.array<32>(15), row.maybe_bytes(19)};
    }
    const ByteView about = row.bytes(16);
    record.about.assign(about.begin(), about.end());
    record.sealed = row.maybe_bytes(17);
    record.sealed_sha256 = row.maybe_array<32>(18);
    return known;
}

std::vector<KnownObject> find_objects(db::Connection& database, const record::ObjectName& name) {
    static const std::string sql = select_object + "WHERE object.id = ?1 AND object.kc = ?2";
    std::vector<KnownObject> found;
    db::Query rows = database.query(sql, {name.id, name.kc});
    while (rows.next())
        found.push_back(read_object(rows));
    return found;
}

std::optional<KnownObject> find_object(db::Connection& database, std::int64_t number) {
    static const std::string sql = select_object + "WHERE object.number = ?1";
    db::Query row = database.query(sql, {number});
    if (!row.next()) return std::nullopt;
    return read_object(row);
}

std::optional<KnownObject> find_object_of(db::Connection& database, std::int64_t study, const Id& id) {
    static const std::string sql = select_object + "WHERE object.id = ?1 AND object.study = ?2";
    db::Query row = database.query(sql, {id, study});
    if (!row.next()) return std::nullopt;
    return read_object(row);
}

std::optional<KnownObject> find_own_object(db::Connection& database, const Id& id) {
    static const std::string sql = select_object + "WHERE object.id = ?1 AND study.lookup IS NOT NULL";
    db::Query row = database.query(sql, {id});
    if (!row.next()) return std::nullopt;
    return read_object(row);
}

std::optional<std::int64_t> own_object_number(db::Connection& database, const Id& id) {
    db::Query row = database.query(
        "SELECT number FROM object WHERE id = ?1"
        " AND EXISTS (SELECT 1 FROM study WHERE study.number = object.study AND lookup IS NOT NULL)",
        {id});
    if (!row.next()) return std::nullopt;
    return row.integer(0);
}

std::vector<KnownObject> find_objects_of_payload(db::Connection& database, std::string_view cid, std::size_t limit) {
    static const std::string sql = select_object + "WHERE payload_cid = ?1 ORDER BY object.number LIMIT ?2";
    std::vector<KnownObject> found;
    db::Query rows = database.query(sql, {cid, limit});
    while (rows.next())
        found.push_back(read_object(rows));
    return found;
}

void for_each_object(const QueryPart& query, const std::function<void(const record::Object&)>& call) {
    constexpr int records_at_a_time = 64;
    std::int64_t after = 0;
    std::vector<record::Object> part;
    do {
        part.clear();
        {
            db::Query rows = query(after, records_at_a_time);
            while (rows.next()) {
                KnownObject known = read_object(rows);
                after = known.number;
                part.push_back(std::move(known.record));
            }
        }
        for (const record::Object& record : part)
            call(record);
    } while (!part.empty());
}

std::int64_t insert_object(db::Connection& database, const record::Object& record, std::int64_t study) {
    const auto& [size, path, cid] = record.payload;
    const auto& original = record.original;
    database.run(
        "INSERT INTO object (id, study, epoch, profile, payload_size, payload_path, payload_cid, original_size,"
        " original_path, original_cid, kc, replaces, anchor_log, anchor_index, anchor_salt, added)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        {record.id, study, record.epoch, record.profile, size, path, cid, member(original, &record::Payload::size),
         member(original, &record::Payload::path), member(original, &record::Payload::cid), record.kc, record.replaces,
         anchor_log(database, record), member(record.anchor, &record::Anchor::index),
         member(record.anchor, &record::Anchor::salt), seconds_now()});
    const std::int64_t number = database.last_row();
    database.run(
        "INSERT INTO box (object, about, sealed, sealed_sha256, proof) VALUES (?1, ?2, ?3, ?4, ?5)",
        {number, record.about, record.sealed, record.sealed_sha256, member(record.anchor, &record::Anchor::proof)});
    return number;
}

void update_object(db::Connection& database, const KnownObject& object) {
    const record::Object& record = object.record;
    const auto& original = record.original;
    database.run(
        "UPDATE object SET payload_path = ?2, payload_cid = ?3, original_size = ?4, original_path = ?5,"
        " original_cid = ?6, replaces = ?7, anchor_log = ?8, anchor_index = ?9, anchor_salt = ?10 WHERE number = ?1",
        {object.number, record.payload.path, record.payload.cid, member(original, &record::Payload::size),
         member(original, &record::Payload::path), member(original, &record::Payload::cid), record.replaces,
         anchor_log(database, record), member(record.anchor, &record::Anchor::index),
         member(record.anchor, &record::Anchor::salt)});
    database.run("UPDATE box SET sealed = ?2, sealed_sha256 = ?3, proof = ?4 WHERE object = ?1",
                 {object.number, record.sealed, record.sealed_sha256, member(record.anchor, &record::Anchor::proof)});
}

void delete_object(db::Connection& database, std::int64_t number) {
    std::optional<std::string> cid;
    {
        db::Query row = database.query("SELECT payload_cid FROM object WHERE number = ?1", {number});
        if (row.next()) cid = row.maybe_text(0);
    }
    database.run("DELETE FROM object WHERE number = ?1", {number});
    if (!cid || database.query("SELECT 1 FROM object WHERE payload_cid = ?1 LIMIT 1", {*cid}).next()) return;
    database.run("DELETE FROM stored WHERE cid = ?1 AND role = 'payload'", {*cid});
    database.run("DELETE FROM missing WHERE cid = ?1 AND role = 'payload'", {*cid});
}

std::int64_t log_number(db::Connection& database, std::string_view origin) {
    {
        db::Query row = database.query("SELECT number FROM log WHERE origin = ?1", {origin});
        if (row.next()) return row.integer(0);
    }
    database.run("INSERT INTO log (origin) VALUES (?1)", {origin});
    return database.last_row();
}

}  // namespace msh::keystore
