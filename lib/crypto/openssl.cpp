#include "crypto/openssl.hpp"

#include <new>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string>

#include "base/error.hpp"

namespace msh::crypto::openssl {
namespace {

template <typename Algorithm>
Algorithm* found(Algorithm* algorithm, const char* what) {
    if (algorithm == nullptr) fail(what);
    return algorithm;
}

}  // namespace

OSSL_LIB_CTX* library() {
    static OSSL_LIB_CTX* const context = [] {
        check(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr), "start OpenSSL");
        OSSL_LIB_CTX* const made = OSSL_LIB_CTX_new();
        if (made == nullptr) fail("start OpenSSL");
        return made;
    }();
    return context;
}

const EVP_MD* sha256_algorithm() {
    static const EVP_MD* const algorithm = found(EVP_MD_fetch(library(), "SHA256", nullptr), "find SHA-256");
    return algorithm;
}

EVP_MAC* hmac_algorithm() {
    static EVP_MAC* const algorithm = found(EVP_MAC_fetch(library(), "HMAC", nullptr), "find HMAC");
    return algorithm;
}

EVP_KDF* hkdf_algorithm() {
    static EVP_KDF* const algorithm = found(EVP_KDF_fetch(library(), "HKDF", nullptr), "find HKDF");
    return algorithm;
}

const EVP_CIPHER* chacha20_poly1305_algorithm() {
    static const EVP_CIPHER* const algorithm =
        found(EVP_CIPHER_fetch(library(), "ChaCha20-Poly1305", nullptr), "find ChaCha20-Poly1305");
    return algorithm;
}

void fail(const char* what) {
    const unsigned long code = ERR_peek_last_error();
    const bool lacks_memory = ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    ERR_clear_error();
    if (lacks_memory) throw std::bad_alloc();
    throw Error(ErrorKind::failed, std::string("the cryptographic library cannot ") + what);
}

HashContext new_hash_context() {
    HashContext context(EVP_MD_CTX_new());
    if (!context) fail("allocate a hash");
    return context;
}

}  // namespace msh::crypto::openssl
