#include "keystore/issuers.hpp"

namespace msh::keystore {
namespace {

// The columns: fingerprint, keys, log_origin, log_key, pinned.
Issuer read_issuer(const db::Query& row) {
    return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
            row.integer(4)};
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
    db::Query row = keystore_.database().query(
        "SELECT fingerprint, keys, log_origin, log_key, pinned FROM issuer WHERE fingerprint = ?1", {fingerprint});
    return row.next() ? std::optional(read_issuer(row)) : std::nullopt;
}

std::vector<Issuer> Issuers::with_log(std::string_view origin) {
    return db::read_all(keystore_.database().query("SELECT fingerprint, keys, log_origin, log_key, pinned FROM issuer"
                                                   " WHERE log_origin = ?1 ORDER BY number",
                                                   {origin}),
                        read_issuer);
}

std::vector<Issuer> Issuers::list() {
    return db::read_all(
        keystore_.database().query("SELECT fingerprint, keys, log_origin, log_key, pinned FROM issuer ORDER BY number"),
        read_issuer);
}

}  // namespace msh::keystore
