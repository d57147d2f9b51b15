#include "keystore/targets.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

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

// The objects of this payload, which may have no CID yet; `other` counts those of another CID.
std::vector<std::int64_t> find(db::Connection& database, const StoredPayload& payload, std::size_t* other = nullptr) {
    std::vector<std::int64_t> found;
    db::Query rows = database.query("SELECT number, payload_cid FROM object WHERE id = ?1 AND kc = ?2",
                                    {payload.object.id, payload.object.kc});
    while (rows.next()) {
        if (rows.is_null(1) || rows.text(1) == payload.cid) {
            found.push_back(rows.integer(0));
        } else if (other != nullptr) {
            ++*other;
        }
    }
    return found;
}

// The same, with their CID set.
std::vector<std::int64_t> set_cid(db::Connection& database, const StoredPayload& payload) {
    std::size_t other = 0;
    std::vector<std::int64_t> found = find(database, payload, &other);
    if (found.empty() && other > 0) throw Error(ErrorKind::input, "the payload's CID is not what the keystore knows");
    for (const std::int64_t number : found) {
        database.run("UPDATE object SET payload_cid = ?2 WHERE number = ?1 AND payload_cid IS NULL",
                     {number, payload.cid});
    }
    return found;
}

constexpr int payloads_at_a_time = 1024;
constexpr int objects_at_a_time = 256;  // with their boxes

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

std::vector<std::string> targets_of(db::Connection& database, std::int64_t object) {
    std::vector<std::string> names;
    db::Query rows = database.query(
        "SELECT name FROM stored JOIN target ON target.number = stored.target WHERE object = ?1 ORDER BY name",
        {object});
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
    const std::vector<std::string> names = targets_of(keystore_.database(), *number);
    return std::any_of(names.begin(), names.end(), is_keeping_target);
}

bool Targets::stored(const StoredPayload& payload, std::string_view target) {
    return keystore_.database()
        .query(
            "SELECT 1 FROM object JOIN stored ON stored.object = object.number"
            " JOIN target ON target.number = stored.target"
            " WHERE object.id = ?1 AND object.kc = ?2 AND payload_cid = ?3 AND target.name = ?4",
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
    std::vector<std::string> names;
    for (const std::int64_t number : find(keystore_.database(), payload)) {
        for (std::string& name : targets_of(keystore_.database(), number)) {
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
        }
    }
    return names;
}

void Targets::for_each_stored(std::string_view target, const PayloadCall& call) {
    for_each_part(call, [&](std::int64_t after) {
        return keystore_.database().query(
            "SELECT object.number, payload_cid, payload_size FROM stored"
            " JOIN object ON object.number = stored.object JOIN target ON target.number = stored.target"
            " WHERE target.name = ?3 AND object.number > ?1 ORDER BY object.number LIMIT ?2",
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
        for (const std::int64_t object : set_cid(database, payload)) {
            if (!target) continue;
            database.run("INSERT INTO stored (object, target) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                         {object, number});
            database.run("DELETE FROM missing WHERE target = ?1 AND object = ?2", {number, object});
        }
    }
    transaction.commit();
}

bool Targets::add_missing(std::string_view target, const StoredPayload& payload) {
    db::Connection& database = keystore_.database();
    Transaction transaction(keystore_);
    const std::vector<std::int64_t> objects = set_cid(database, payload);
    for (const std::int64_t object : objects) {
        const std::int64_t number = target_number(database, target);
        database.run("DELETE FROM stored WHERE object = ?1 AND target = ?2", {object, number});
        database.run("INSERT INTO missing (target, object) VALUES (?1, ?2) ON CONFLICT DO NOTHING", {number, object});
    }
    transaction.commit();
    return !objects.empty();
}

void Targets::forget_missing(std::string_view target, const StoredPayload& payload) {
    keystore_.database().run(
        "DELETE FROM missing WHERE target = (SELECT number FROM target WHERE name = ?1)"
        " AND object IN (SELECT number FROM object WHERE id = ?2 AND kc = ?3 AND payload_cid = ?4)",
        {target, payload.object.id, payload.object.kc, payload.cid});
}

bool Targets::is_missing(const StoredPayload& payload) {
    return keystore_.database()
        .query(
            "SELECT 1 FROM object JOIN missing ON missing.object = object.number"
            " WHERE object.id = ?1 AND object.kc = ?2 AND payload_cid = ?3",
            {payload.object.id, payload.object.kc, payload.cid})
        .next();
}

std::uint64_t Targets::count_missing(std::string_view target) {
    db::Query row = keystore_.database().query(
        "SELECT count(*) FROM missing JOIN target ON target.number = missing.target WHERE target.name = ?1", {target});
    if (!row.next()) keystore_.database().throw_damaged();
    return row.count(0);
}

std::int64_t Targets::read_missing(std::string_view target, std::int64_t after, const ObjectCall& call) {
    std::vector<KnownObject> objects;
    {
        const std::string query = select_object +
                                  " JOIN missing ON missing.object = object.number"
                                  " JOIN target ON target.number = missing.target"
                                  " WHERE target.name = ?3 AND object.number > ?1 ORDER BY object.number LIMIT ?2";
        db::Query rows = keystore_.database().query(query, {after, objects_at_a_time, target});
        while (rows.next())
            objects.push_back(read_object(rows));
    }
    for (const KnownObject& object : objects)
        call(object.record);
    return objects.empty() ? after : objects.back().number;
}

}  // namespace msh::keystore
