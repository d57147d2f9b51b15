// What the .cpp files of this room share of OpenSSL 3.0; no other room and no public header includes it.
//
// Everything runs in a library context of msh's own, and openssl.cnf is never read: a machine's configuration cannot
// change which implementation is used, and start-up stays short. Algorithms are fetched once a process, because a fetch
// costs more than hashing a short message.
#pragma once

#include <memory>
#include <openssl/evp.h>
#include <openssl/kdf.h>

namespace msh::crypto::openssl {

// Lives as long as the process.
[[nodiscard]] OSSL_LIB_CTX* library();
[[nodiscard]] const EVP_MD* sha256_algorithm();
[[nodiscard]] EVP_MAC* hmac_algorithm();
[[nodiscard]] EVP_KDF* hkdf_algorithm();
[[nodiscard]] const EVP_CIPHER* chacha20_poly1305_algorithm();

// Throws Error (kind `failed`) with OpenSSL's reason. `what` completes "cannot ...".
[[noreturn]] void fail(const char* what);

inline void check(int result, const char* what) {
    if (result != 1) fail(what);
}

template <auto free_function>
struct Free {
    template <typename T>
    void operator()(T* object) const noexcept {
        free_function(object);
    }
};

using HashContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using PublicKeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;

[[nodiscard]] HashContext new_hash_context();

}  // namespace msh::crypto::openssl
