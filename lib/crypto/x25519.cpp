#include "crypto/x25519.hpp"

#include <openssl/err.h>

#include "crypto/openssl.hpp"

namespace msh::crypto {
namespace {

openssl::PublicKey load_secret(const Key& secret) {
    openssl::PublicKey key(EVP_PKEY_new_raw_private_key_ex(openssl::library(), "X25519", nullptr, secret.view().data(),
                                                           secret.view().size()));
    if (!key) openssl::fail("load an X25519 key");
    return key;
}

openssl::PublicKey load_public(const X25519Public& peer) {
    openssl::PublicKey key(
        EVP_PKEY_new_raw_public_key_ex(openssl::library(), "X25519", nullptr, peer.data(), peer.size()));
    if (!key) openssl::fail("load an X25519 key");
    return key;
}

}  // namespace

X25519Public x25519_public(const Key& secret) {
    X25519Public key{};
    std::size_t size = key.size();
    openssl::check(EVP_PKEY_get_raw_public_key(load_secret(secret).get(), key.data(), &size), "derive an X25519 key");
    return key;
}

std::optional<Key> x25519_shared(const Key& secret, const X25519Public& peer) {
    const openssl::PublicKey own = load_secret(secret);
    const openssl::PublicKey other = load_public(peer);
    const openssl::PublicKeyContext context(EVP_PKEY_CTX_new_from_pkey(openssl::library(), own.get(), nullptr));
    if (!context) openssl::fail("start X25519");
    openssl::check(EVP_PKEY_derive_init(context.get()), "start X25519");
    openssl::check(EVP_PKEY_derive_set_peer_ex(context.get(), other.get(), 0), "start X25519");
    Key shared;
    std::size_t size = shared.view().size();
    // OpenSSL itself fails for an all-zero result, and for nothing else at this point.
    if (EVP_PKEY_derive(context.get(), shared.writable().data(), &size) != 1) {
        ERR_clear_error();
        return std::nullopt;
    }
    if (constant_time_equal(shared.view(), Key().view())) return std::nullopt;
    return shared;
}

}  // namespace msh::crypto
