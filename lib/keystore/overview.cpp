#include "keystore/overview.hpp"

#include <utility>

#include "keystore/object_row.hpp"

namespace msh::keystore {
namespace {

constexpr int studies_at_a_time = 256;
constexpr int objects_at_a_time = 64;

// Objects are met study by study, along an index: no sorting, whatever their number.
constexpr std::string_view select_study =
    "SELECT study.number, study.id, project.name, study.profile, study.epoch,"
    " (SELECT issuer FROM secret WHERE secret.study = study.number AND issuer IS NOT NULL ORDER BY epoch DESC LIMIT 1),"
    " count(object.number), coalesce(sum(object.payload_size), 0), min(object.added), max(object.added)"
    " FROM study LEFT JOIN project ON project.number = study.project"
    " LEFT JOIN object ON object.study = study.number ";

// The issuer is looked up only for an object that was received and has another one of its id.
const std::string select_listed =
    std::string(object_columns) +
    ", iif(study.lookup IS NULL"
    " AND EXISTS (SELECT 1 FROM object AS other WHERE other.id = object.id AND other.number <> object.number),"
    " (SELECT issuer FROM secret WHERE secret.study = object.study AND secret.epoch = object.epoch), NULL) " +
    std::string(object_tables);

// Calls with the objects of a query that gives those whose number is above its argument; none is open meanwhile.
void for_each_listed(const std::function<db::Query(std::int64_t after)>& query, const Overview::ObjectCall& call) {
    std::int64_t after = 0;
    std::vector<ListedObject> part;
    do {
        part.clear();
        {
            db::Query rows = query(after);
            while (rows.next()) {
                KnownObject known = read_object(rows);
                after = known.number;
                part.push_back({std::move(known.record), rows.maybe_text(object_column_count)});
            }
        }
        for (const ListedObject& object : part)
            call(object);
    } while (!part.empty());
}

std::string studies_where(std::string_view condition) {
    std::string sql(select_study);
    sql += "WHERE ";
    sql += condition;
    return sql;
}

}  // namespace

struct Overview::Row {
    std::int64_t number = 0;
    record::StudySummary summary;
};

std::vector<Overview::Row> Overview::read(db::Query rows) {
    return db::read_all(std::move(rows), [](const db::Query& row) {
        Row study{row.integer(0), {}};
        record::StudySummary& summary = study.summary;
        summary.study = row.array<16>(1);
        summary.project = row.maybe_text(2);
        summary.profile = row.text(3);
        summary.epoch = row.count(4);
        if (!summary.project) summary.issuer = row.maybe_text(5);
        summary.objects = row.count(6);
        summary.size = row.count(7);
        summary.first = row.maybe_integer(8);
        summary.last = row.maybe_integer(9);
        return study;
    });
}

void Overview::complete(Row& row) {
    db::Query rows = keystore_.database().query(
        "SELECT target.name, count(*) FROM object"
        " JOIN stored ON stored.cid = object.payload_cid AND stored.role = 'payload'"
        " JOIN target ON target.number = stored.target"
        " WHERE object.study = ?1 GROUP BY target.name ORDER BY target.name",
        {row.number});
    while (rows.next())
        row.summary.stored.push_back({std::string(rows.text(0)), rows.count(1)});
    db::Query grants = keystore_.database().query(
        "SELECT DISTINCT given.number, given.id, recipient, not_after FROM given_study"
        " JOIN given ON given.number = given_study.given WHERE study = ?1 ORDER BY given.number",
        {row.number});
    while (grants.next())
        row.summary.granted.push_back({grants.array<32>(1), std::string(grants.text(2)), grants.maybe_integer(3)});
}

void Overview::for_each_study(const StudyCall& call) {
    static const std::string sql =
        studies_where("study.number > ?1 GROUP BY study.number ORDER BY study.number LIMIT ?2");
    std::int64_t after = 0;
    while (true) {
        std::vector<Row> part = read(keystore_.database().query(sql, {after, studies_at_a_time}));
        if (part.empty()) return;
        after = part.back().number;
        for (Row& row : part) {
            complete(row);
            call(std::move(row.summary));
        }
    }
}

void Overview::for_each_study(const Id& study, const StudyCall& call) {
    static const std::string sql = studies_where("study.id = ?1 GROUP BY study.number ORDER BY study.number");
    for (Row& row : read(keystore_.database().query(sql, {study}))) {
        complete(row);
        call(std::move(row.summary));
    }
}

void Overview::for_each_object(const ObjectCall& call) {
    static const std::string sql = select_listed + "WHERE object.number > ?1 ORDER BY object.number LIMIT ?2";
    for_each_listed(
        [&](std::int64_t after) {
            return keystore_.database().query(sql, {after, objects_at_a_time});
        },
        call);
}

void Overview::for_each_object(const Id& study, const ObjectCall& call) {
    static const std::string sql =
        select_listed + "WHERE study.id = ?1 AND object.number > ?2 ORDER BY object.number LIMIT ?3";
    for_each_listed(
        [&](std::int64_t after) {
            return keystore_.database().query(sql, {study, after, objects_at_a_time});
        },
        call);
}

std::vector<TargetOverview> Overview::targets() {
    std::vector<std::pair<std::int64_t, std::string>> names;
    {
        db::Query rows = keystore_.database().query("SELECT number, name FROM target ORDER BY name");
        while (rows.next())
            names.emplace_back(rows.integer(0), rows.text(1));
    }
    std::vector<TargetOverview> targets;
    for (auto& [number, name] : names) {  // one at a time: to group them all would sort millions of rows
        db::Query row = keystore_.database().query(
            "SELECT count(*), coalesce(sum(payload_size), 0),"
            " (SELECT count(*) FROM missing JOIN object ON object.payload_cid = missing.cid"
            "   WHERE missing.target = ?1 AND missing.role = 'payload')"
            " FROM stored JOIN object ON object.payload_cid = stored.cid"
            " WHERE stored.target = ?1 AND stored.role = 'payload'",
            {number});
        if (!row.next()) keystore_.database().throw_damaged();
        TargetOverview target{std::move(name), row.count(0), row.count(1), row.count(2)};
        if (target.objects > 0 || target.missing > 0) targets.push_back(std::move(target));
    }
    return targets;
}

}  // namespace msh::keystore
