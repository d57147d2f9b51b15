#include "keystore/identities.hpp"

#include "crypto/ed25519.hpp"
#include "crypto/random.hpp"
#include "crypto/x25519.hpp"

namespace msh::keystore {
namespace {

std::string_view use_of(Identity identity) {
    switch (identity) {
        case Identity::age:
            return "age";
        case Identity::statement:
            return "statement";
        default:
            return "log";
    }
}

Place place_of(Identity identity) {
    return Place("identity", "private_wrapped").part(as_bytes(use_of(identity)));
}

PublicKey derive_public(Identity identity, const Key& private_key) {
    return identity == Identity::age ? crypto::x25519_public(private_key) : crypto::ed25519_public(private_key);
}

}  // namespace

void make_identities(db::Connection& database, Vault& vault) {
    for (const Identity identity : {Identity::age, Identity::statement, Identity::log}) {
        const Key key = crypto::random_key();
        database.run("INSERT INTO identity (use, public, private_wrapped) VALUES (?1, ?2, ?3)",
                     {use_of(identity), derive_public(identity, key), vault.wrap(place_of(identity), key.view())});
    }
}

PublicKey Identities::public_key(Identity identity) {
    db::Query row = keystore_.database().query("SELECT public FROM identity WHERE use = ?1", {use_of(identity)});
    if (!row.next()) keystore_.database().throw_damaged();
    return row.array<32>(0);
}

Key Identities::private_key(Identity identity) {
    db::Query row =
        keystore_.database().query("SELECT private_wrapped, public FROM identity WHERE use = ?1", {use_of(identity)});
    if (!row.next()) keystore_.database().throw_damaged();
    const Key key = keystore_.unwrap_key(place_of(identity), row.bytes(0));
    if (derive_public(identity, key) != row.array<32>(1)) keystore_.database().throw_damaged();
    return key;
}

}  // namespace msh::keystore
