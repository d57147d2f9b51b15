#include "keystore/refusals.hpp"

#include <algorithm>

namespace msh::keystore {

bool Refusals::find(const Refusal& refusal) {
    return keystore_.database()
        .query("SELECT 1 FROM refusal WHERE file = ?1 AND rules = ?2 AND outcome = ?3 AND class = ?4",
               {refusal.file, refusal.rules, refusal.outcome, refusal.failure_class})
        .next();
}

void Refusals::add(std::string_view project, std::span<const Refusal> refusals, std::int64_t now) {
    Transaction transaction(keystore_);
    for (const Refusal& refusal : refusals) {
        keystore_.database().run(
            "INSERT INTO refusal (file, rules, project, outcome, class, reason, first, last)"
            " VALUES (?1, ?2, (SELECT number FROM project WHERE name = ?3), ?4, ?5, ?6, ?7, ?7)"
            " ON CONFLICT (file, rules) DO UPDATE SET first = CASE WHEN outcome = excluded.outcome"
            " AND class = excluded.class THEN first ELSE excluded.first END,"
            " outcome = excluded.outcome, class = excluded.class, reason = excluded.reason, last = excluded.last",
            {refusal.file, refusal.rules, project, refusal.outcome, refusal.failure_class, refusal.reason, now});
    }
    transaction.commit();
}

void Refusals::forget(std::span<const Digest> files) {
    db::Connection& database = keystore_.database();
    const auto is_kept = [&](const Digest& file) {
        return database.query("SELECT 1 FROM refusal WHERE file = ?1 LIMIT 1", {file}).next();
    };
    if (std::none_of(files.begin(), files.end(), is_kept)) return;  // as nearly always: nothing to lock
    Transaction transaction(keystore_);
    for (const Digest& file : files)
        database.run("DELETE FROM refusal WHERE file = ?1", {file});
    transaction.commit();
}

std::vector<RefusedFiles> Refusals::list() {
    return db::read_all(
        keystore_.database().query(
            "SELECT name, rules, outcome, class, reason, count(*), min(first), max(last)"
            " FROM refusal JOIN project ON project.number = refusal.project"
            " GROUP BY name, rules, outcome, class, reason ORDER BY name, count(*) DESC, class, reason, rules"),
        [](const db::Query& row) {
            return RefusedFiles{std::string(row.text(0)), std::string(row.text(1)),
                                std::string(row.text(2)), std::string(row.text(3)),
                                std::string(row.text(4)), row.count(5),
                                row.integer(6),           row.integer(7)};
        });
}

}  // namespace msh::keystore
