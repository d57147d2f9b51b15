#include "keystore/issuers.hpp"

#include <utility>

namespace msh::keystore {
namespace {

std::vector<Issuer> read_all(db::Query rows) {
    std::vector<Issuer> issuers;
    while (rows.next()) {
        issuers.push_back({std::string(rows.text(0)), std::string(rows.text(1)), std::string(rows.text(2)),
                           std::string(rows.text(3)), rows.integer(4)});
    }
    return issuers;
}

}  // namespace

void Issuers::pin(const Issuer& issuer) {
    Transaction transaction(keystore_);
    keystore_.database().run(
        "INSERT INTO issuer (fingerprint, keys, log_origin, log_key, pinned) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (fingerprint) DO UPDATE SET keys = excluded.keys, log_origin = excluded.log_origin,"
        " log_key = excluded.log_key, pinned = excluded.pinned",
        {issuer.fingerprint, issuer.keys, issuer.log_origin, issuer.log_key, issuer.pinned});
    transaction.commit();
}

bool Issuers::forget(std::string_view fingerprint) {
    Transaction transaction(keystore_);
    const bool was_pinned = keystore_.database().run("DELETE FROM issuer WHERE fingerprint = ?1", {fingerprint}) != 0;
    transaction.commit();
    return was_pinned;
}

std::optional<Issuer> Issuers::find(std::string_view fingerprint) {
    auto found = read_all(keystore_.database().query(
        "SELECT fingerprint, keys, log_origin, log_key, pinned FROM issuer WHERE fingerprint = ?1", {fingerprint}));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<Issuer> Issuers::with_log(std::string_view origin) {
    return read_all(
        keystore_.database().query("SELECT fingerprint, keys, log_origin, log_key, pinned FROM issuer WHERE "
                                   "log_origin = ?1 ORDER BY number",
                                   {origin}));
}

std::vector<Issuer> Issuers::list() {
    return read_all(keystore_.database().query(
        "SELECT fingerprint, keys, log_origin, log_key, pinned FROM issuer ORDER BY number"));
}

}  // namespace msh::keystore
