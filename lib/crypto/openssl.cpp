#include "crypto/openssl.hpp"

#include <array>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string>

#include "base/error.hpp"

namespace msh::crypto::openssl {

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
    static const EVP_MD* const algorithm = [] {
        const EVP_MD* const fetched = EVP_MD_fetch(library(), "SHA256", nullptr);
        if (fetched == nullptr) fail("find SHA-256");
        return fetched;
    }();
    return algorithm;
}

const EVP_CIPHER* chacha20_poly1305_algorithm() {
    static const EVP_CIPHER* const algorithm = [] {
        const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(library(), "ChaCha20-Poly1305", nullptr);
        if (fetched == nullptr) fail("find ChaCha20-Poly1305");
        return fetched;
    }();
    return algorithm;
}

void fail(const char* what) {
    const unsigned long code = ERR_peek_last_error();
    std::string message = std::string("cannot ") + what;
    if (code != 0) {
        std::array<char, 256> reason{};
        ERR_error_string_n(code, reason.data(), reason.size());
        message += std::string(": ") + reason.data();
    }
    ERR_clear_error();
    throw Error(ErrorKind::failed, message);
}

HashContext new_hash_context() {
    HashContext context(EVP_MD_CTX_new());
    if (!context) fail("allocate a hash");
    return context;
}

}  // namespace msh::crypto::openssl
