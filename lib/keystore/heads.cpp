#include "keystore/heads.hpp"

#include "keystore/object_row.hpp"

namespace msh::keystore {

std::optional<LogHead> Heads::log(std::string_view origin) {
    db::Query row =
        keystore_.database().query("SELECT size, root FROM log WHERE origin = ?1 AND size IS NOT NULL", {origin});
    if (!row.next()) return std::nullopt;
    return LogHead{row.count(0), row.array<32>(1)};
}

LogHead Heads::see_log(std::string_view origin, const LogHead& head) {
    Transaction transaction(keystore_);
    const auto known = log(origin);
    if (known && known->size >= head.size) return *known;
    db::Connection& database = keystore_.database();
    database.run("UPDATE log SET size = ?2, root = ?3 WHERE number = ?1",
                 {log_number(database, origin), head.size, head.root});
    transaction.commit();
    return head;
}

std::optional<ManifestHead> Heads::manifest(std::string_view owner) {
    db::Query row = keystore_.database().query("SELECT number, hash FROM manifest_head WHERE owner = ?1", {owner});
    if (!row.next()) return std::nullopt;
    return ManifestHead{row.count(0), row.array<32>(1)};
}

ManifestHead Heads::see_manifest(std::string_view owner, const ManifestHead& head) {
    Transaction transaction(keystore_);
    const auto known = manifest(owner);
    if (known && known->number >= head.number) return *known;
    keystore_.database().run("INSERT OR REPLACE INTO manifest_head (owner, number, hash) VALUES (?1, ?2, ?3)",
                             {owner, head.number, head.hash});
    transaction.commit();
    return head;
}

}  // namespace msh::keystore
