#include "keystore/targets.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "keystore/object_row.hpp"

namespace msh::keystore {
namespace {

std::int64_t target_number(db::Connection& database, std::string_view name) {
    {
        db::Query row = database.query("SELECT number FROM target WHERE name = ?1", {name});
        if (row.next()) return row.integer(0);
    }
    database.run("INSERT INTO target (name) VALUES (?1)", {name});
    return database.last_row();
}

// Sets the CID of the payload's objects that have none yet. False for an unknown object; Error (input) where each has
// another CID.
bool set_cid(db::Connection& database, const StoredPayload& payload) {
    std::vector<std::int64_t> without;
    bool is_known = false;
    bool has_cid = false;
    {
        db::Query rows = database.query("SELECT number, payload_cid FROM object WHERE id = ?1 AND kc = ?2",
                                        {payload.object.id, payload.object.kc});
        while (rows.next()) {
            is_known = true;
            if (rows.is_null(1)) without.push_back(rows.integer(0));
            has_cid = has_cid || rows.is_null(1) || rows.text(1) == payload.cid;
        }
    }
    if (is_known && !has_cid) throw Error(ErrorKind::input, "the payload's CID is not what the keystore knows");
    for (const std::int64_t number : without)
        database.run("UPDATE object SET payload_cid = ?2 WHERE number = ?1", {number, payload.cid});
    return is_known;
}

constexpr int payloads_at_a_time = 1024;
constexpr std::size_t objects_at_a_time = 256;  // with their boxes

// No query is open while the call runs.
void for_each_part(const Targets::PayloadCall& call, const std::function<db::Query(std::int64_t after)>& query) {
    std::int64_t after = 0;
    std::vector<KnownPayload> part;
    for (bool more = true; more;) {
        more = false;
        part.clear();
        {
            db::Query rows = query(after);
            while (rows.next()) {
                more = true;
                after = rows.integer(0);
                if (!rows.is_null(1)) part.push_back({std::string(rows.text(1)), rows.count(2)});
            }
        }
        for (const KnownPayload& payload : part)
            call(payload);
    }
}

std::vector<std::string> read_names(db::Query rows) {
    std::vector<std::string> names;
    while (rows.next())
        names.emplace_back(rows.text(0));
    return names;
}

}  // namespace

StoredPayload stored_payload(const record::Object& object) {
    return {record::name_of(object), object.payload.cid.value_or("")};
}

bool is_keeping_target(const std::string& target) {
    return target == own_store_target || target.starts_with(store_prefix) || target.starts_with(node_prefix);
}

bool Targets::is_kept(const Id& object) {
    const auto number = own_object_number(keystore_.database(), object);
    if (!number) return false;
    const std::vector<std::string> names = read_names(keystore_.database().query(
        "SELECT name FROM object JOIN stored ON stored.cid = object.payload_cid AND stored.role = 'payload'"
        " JOIN target ON target.number = stored.target WHERE object.number = ?1",
        {*number}));
    return std::any_of(names.begin(), names.end(), is_keeping_target);
}

// This and other queries find an object by its id. The plus sign keeps SQLite from finding it by its CID, which whoever
// grants objects can give to as many as they like.
bool Targets::stored(const StoredPayload& payload, std::string_view target) {
    return keystore_.database()
        .query(
            "SELECT 1 FROM object JOIN stored ON stored.cid = object.payload_cid AND stored.role = 'payload'"
            " JOIN target ON target.number = stored.target"
            " WHERE object.id = ?1 AND object.kc = ?2 AND +payload_cid = ?3 AND target.name = ?4",
            {payload.object.id, payload.object.kc, payload.cid, target})
        .next();
}

bool Targets::is_known(std::string_view target) {
    return keystore_.database().query("SELECT 1 FROM target WHERE name = ?1", {target}).next();
}

bool Targets::has_any(std::string_view target) {
    return keystore_.database()
        .query("SELECT 1 FROM stored JOIN target ON target.number = stored.target WHERE target.name = ?1 LIMIT 1",
               {target})
        .next();
}

std::vector<std::string> Targets::of(const StoredPayload& payload) {
    return read_names(keystore_.database().query(
        "SELECT DISTINCT name FROM object JOIN stored ON stored.cid = object.payload_cid AND stored.role = 'payload'"
        " JOIN target ON target.number = stored.target"
        " WHERE object.id = ?1 AND object.kc = ?2 AND +payload_cid = ?3 ORDER BY name",
        {payload.object.id, payload.object.kc, payload.cid}));
}

void Targets::for_each_stored(std::string_view target, const PayloadCall& call) {
    for_each_part(call, [&](std::int64_t after) {
        return keystore_.database().query(
            "SELECT number, payload_cid, payload_size FROM object WHERE number > ?1 AND EXISTS (SELECT 1 FROM stored"
            "  WHERE cid = payload_cid AND target = (SELECT number FROM target WHERE name = ?3) AND role = 'payload')"
            " ORDER BY number LIMIT ?2",
            {after, payloads_at_a_time, target});
    });
}

void Targets::for_each(const PayloadCall& call) {
    for_each_part(call, [&](std::int64_t after) {
        return keystore_.database().query(
            "SELECT number, payload_cid, payload_size FROM object WHERE number > ?1 ORDER BY number LIMIT ?2",
            {after, payloads_at_a_time});
    });
    for_each_part(call, [&](std::int64_t after) {
        return keystore_.database().query(
            "SELECT number, original_cid, original_size FROM object WHERE original_size IS NOT NULL AND number > ?1"
            " ORDER BY number LIMIT ?2",
            {after, payloads_at_a_time});
    });
}

void Targets::mark(const std::optional<std::string>& target, std::span<const StoredPayload> payloads) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    const std::int64_t number = target ? target_number(database, *target) : 0;
    for (const StoredPayload& payload : payloads) {
        const bool is_known = set_cid(database, payload);
        if (!is_known || !target) continue;
        database.run("INSERT INTO stored (cid, target, role) VALUES (?1, ?2, 'payload') ON CONFLICT DO NOTHING",
                     {payload.cid, number});
        database.run("DELETE FROM missing WHERE cid = ?1 AND target = ?2 AND role = 'payload'", {payload.cid, number});
    }
    transaction.commit();
}

bool Targets::add_missing(std::string_view target, const StoredPayload& payload) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    const bool is_known = set_cid(database, payload);
    if (is_known) {
        const std::int64_t number = target_number(database, target);
        database.run("DELETE FROM stored WHERE cid = ?1 AND target = ?2 AND role = 'payload'", {payload.cid, number});
        database.run("INSERT INTO missing (cid, target, role) VALUES (?1, ?2, 'payload') ON CONFLICT DO NOTHING",
                     {payload.cid, number});
    }
    transaction.commit();
    return is_known;
}

void Targets::forget_missing(std::string_view target, const StoredPayload& payload) {
    keystore_.database().run(
        "DELETE FROM missing WHERE target = (SELECT number FROM target WHERE name = ?1) AND role = 'payload'"
        " AND cid IN (SELECT payload_cid FROM object WHERE id = ?2 AND kc = ?3 AND +payload_cid = ?4)",
        {target, payload.object.id, payload.object.kc, payload.cid});
}

bool Targets::is_missing(const StoredPayload& payload) {
    return keystore_.database()
        .query(
            "SELECT 1 FROM object JOIN missing ON missing.cid = object.payload_cid AND missing.role = 'payload'"
            " WHERE object.id = ?1 AND object.kc = ?2 AND +payload_cid = ?3",
            {payload.object.id, payload.object.kc, payload.cid})
        .next();
}

std::uint64_t Targets::count_missing(std::string_view target) {
    db::Query row = keystore_.database().query(
        "SELECT count(*) FROM missing JOIN object ON object.payload_cid = missing.cid"
        " WHERE missing.target = (SELECT number FROM target WHERE name = ?1) AND missing.role = 'payload'",
        {target});
    if (!row.next()) keystore_.database().throw_damaged();
    return row.count(0);
}

std::int64_t Targets::read_missing(std::string_view target, std::int64_t after, const ObjectCall& call) {
    std::vector<std::pair<std::int64_t, std::string>> missing;
    {
        db::Query rows = keystore_.database().query(
            "SELECT entry, cid FROM missing WHERE target = (SELECT number FROM target WHERE name = ?3)"
            " AND role = 'payload' AND entry > ?1 ORDER BY entry LIMIT ?2",
            {after, objects_at_a_time, target});
        while (rows.next())
            missing.emplace_back(rows.integer(0), rows.text(1));
    }
    std::vector<KnownObject> objects;
    for (const auto& [entry, cid] : missing) {
        if (objects.size() >= objects_at_a_time) break;
        for (KnownObject& object : find_objects_of_payload(keystore_.database(), cid, objects_at_a_time))
            objects.push_back(std::move(object));
        after = entry;
    }
    for (const KnownObject& object : objects)
        call(object.record);
    return after;
}

}  // namespace msh::keystore
