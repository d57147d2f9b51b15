#include "keystore/heads.hpp"

#include <algorithm>

namespace msh::keystore {

std::vector<LogHead> Heads::log(std::string_view key) {
    return db::read_all(
        keystore_.database().query("SELECT size, root FROM log_head WHERE key = ?1 ORDER BY size", {key}),
        [](const db::Query& row) {
            return LogHead{row.count(0), row.array<32>(1)};
        });
}

std::optional<LogHead> Heads::newest(std::string_view key) {
    const std::vector<LogHead> heads = log(key);
    return heads.empty() ? std::nullopt : std::optional(heads.back());
}

bool Heads::add_log_head(std::string_view key, const LogHead& head) {
    Transaction transaction(keystore_);
    const std::vector<LogHead> known = log(key);
    const auto same_size =
        std::find_if(known.begin(), known.end(), [&](const LogHead& other) { return other.size == head.size; });
    if (same_size != known.end()) return same_size->root == head.root;
    keystore_.database().run("INSERT INTO log_head (key, size, root) VALUES (?1, ?2, ?3)", {key, head.size, head.root});
    transaction.commit();
    return true;
}

void Heads::advance_log_head(std::string_view key, const LogHead& head) {
    Transaction transaction(keystore_);
    keystore_.database().run("DELETE FROM log_head WHERE key = ?1 AND size <= ?2", {key, head.size});
    keystore_.database().run("INSERT INTO log_head (key, size, root) VALUES (?1, ?2, ?3)", {key, head.size, head.root});
    transaction.commit();
}

std::vector<std::string> Heads::log_keys() {
    std::vector<std::string> keys;
    db::Query rows = keystore_.database().query("SELECT DISTINCT key FROM log_head ORDER BY key");
    while (rows.next())
        keys.emplace_back(rows.text(0));
    return keys;
}

std::optional<ManifestHead> Heads::manifest(std::string_view owner) {
    db::Query row = keystore_.database().query("SELECT number, hash FROM manifest_head WHERE owner = ?1", {owner});
    if (!row.next()) return std::nullopt;
    return ManifestHead{row.count(0), row.array<32>(1)};
}

ManifestHead Heads::add_manifest_head(std::string_view owner, const ManifestHead& head) {
    Transaction transaction(keystore_);
    const auto known = manifest(owner);
    if (known && known->number >= head.number) return *known;
    keystore_.database().run("INSERT OR REPLACE INTO manifest_head (owner, number, hash) VALUES (?1, ?2, ?3)",
                             {owner, head.number, head.hash});
    transaction.commit();
    return head;
}

}  // namespace msh::keystore
