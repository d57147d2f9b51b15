#include "crypto/ed25519.hpp"

#include "crypto/openssl.hpp"

namespace msh::crypto {
namespace {

openssl::PublicKey private_key(const Key& seed) {
    openssl::PublicKey key(EVP_PKEY_new_raw_private_key_ex(openssl::library(), "ED25519", nullptr, seed.view().data(),
                                                           seed.view().size()));
    if (!key) openssl::fail("load an Ed25519 key");
    return key;
}

}  // namespace

VerificationKey ed25519_public(const Key& seed) {
    VerificationKey key{};
    std::size_t size = key.size();
    openssl::check(EVP_PKEY_get_raw_public_key(private_key(seed).get(), key.data(), &size), "derive an Ed25519 key");
    return key;
}

Signature ed25519_sign(const Key& seed, ByteView text) {
    const openssl::PublicKey key = private_key(seed);
    const openssl::HashContext context = openssl::new_hash_context();
    openssl::check(
        EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, openssl::library(), nullptr, key.get(), nullptr),
        "sign with Ed25519");
    Signature signature{};
    std::size_t size = signature.size();
    openssl::check(EVP_DigestSign(context.get(), signature.data(), &size, text.data(), text.size()),
                   "sign with Ed25519");
    return signature;
}

bool ed25519_verify(const VerificationKey& key, ByteView text, ByteView signature) {
    if (signature.size() != sizeof(Signature)) return false;
    const openssl::PublicKey loaded(
        EVP_PKEY_new_raw_public_key_ex(openssl::library(), "ED25519", nullptr, key.data(), key.size()));
    if (!loaded) openssl::fail("load an Ed25519 key");
    const openssl::HashContext context = openssl::new_hash_context();
    openssl::check(
        EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, openssl::library(), nullptr, loaded.get(), nullptr),
        "verify with Ed25519");
    return EVP_DigestVerify(context.get(), signature.data(), signature.size(), text.data(), text.size()) == 1;
}

}  // namespace msh::crypto
