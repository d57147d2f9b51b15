// An object's record as rows of the database. For the .cpp files of this room alone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "record/object.hpp"

namespace msh::keystore {

struct KnownObject {
    std::int64_t number = 0;
    record::Object record;
};

// The columns and joins that read_object() expects. More columns may stand between the two.
inline constexpr std::string_view object_columns =
    "SELECT object.number, object.id, study.id, object.epoch, object.profile, payload_size, payload_path,"
    " payload_cid, original_size, original_path, original_cid, kc, replaces,"
    " log.origin, anchor_index, anchor_salt, about, sealed, sealed_sha256, proof ";
inline constexpr int object_column_count = 20;
inline constexpr std::string_view object_tables =
    "FROM object JOIN study ON study.number = object.study JOIN box ON box.object = object.number"
    " LEFT JOIN log ON log.number = object.anchor_log ";
// Both, to be followed by WHERE and ORDER BY on `object`.
inline const std::string select_object = std::string(object_columns) + std::string(object_tables);

[[nodiscard]] KnownObject read_object(const db::Query& row);
// One a study; several issuers may have granted an object of this name, or what they say is one.
[[nodiscard]] std::vector<KnownObject> find_objects(db::Connection& database, const record::ObjectName& name);
[[nodiscard]] std::optional<KnownObject> find_object(db::Connection& database, std::int64_t number);
[[nodiscard]] std::optional<KnownObject> find_object_of(db::Connection& database, std::int64_t study, const Id& id);
[[nodiscard]] std::optional<KnownObject> find_own_object(db::Connection& database, const Id& id);
[[nodiscard]] std::optional<std::int64_t> own_object_number(db::Connection& database, const Id& id);
// Whose payload has this CID, in the order in which they were added, `limit` at most.
[[nodiscard]] std::vector<KnownObject> find_objects_of_payload(db::Connection& database, std::string_view cid,
                                                               std::size_t limit);

// Calls with each record of a query that gives those whose number is above `after`, `limit` at most, in the order of
// that number. Only those are in memory at a time, and no query is open while the call runs.
using QueryPart = std::function<db::Query(std::int64_t after, int limit)>;
void for_each_object(const QueryPart& query, const std::function<void(const record::Object&)>& call);

// The three that write belong inside a transaction; insert gives the new number. `study` is study.number. What belongs
// to the object alone is deleted with it: also where its payload is, unless another object has the same.
std::int64_t insert_object(db::Connection& database, const record::Object& record, std::int64_t study);
void update_object(db::Connection& database, const KnownObject& object);
void delete_object(db::Connection& database, std::int64_t number);

// The number of a log, which is made when it was not met before.
[[nodiscard]] std::int64_t log_number(db::Connection& database, std::string_view origin);

}  // namespace msh::keystore
