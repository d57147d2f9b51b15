#include "crypto/scrypt.hpp"

#include <array>
#include <cstdint>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/error.hpp"
#include "crypto/openssl.hpp"

namespace msh::crypto {
namespace {

using Kdf = std::unique_ptr<EVP_KDF, openssl::Free<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, openssl::Free<EVP_KDF_CTX_free>>;

// OpenSSL refuses an octet string without an address, even an empty one.
OSSL_PARAM octets(const char* name, ByteView bytes) {
    static std::uint8_t none = 0;
    void* const data = bytes.empty() ? &none : const_cast<std::uint8_t*>(bytes.data());
    return OSSL_PARAM_construct_octet_string(name, data, bytes.size());
}

}  // namespace

Key scrypt(ByteView passphrase, ByteView salt, unsigned log_n) {
    if (log_n < 1 || log_n > 30) throw Error(ErrorKind::failed, "scrypt work factor out of range");
    const Kdf algorithm(EVP_KDF_fetch(openssl::library(), "SCRYPT", nullptr));
    if (!algorithm) openssl::fail("find scrypt");
    const KdfContext context(EVP_KDF_CTX_new(algorithm.get()));
    if (!context) openssl::fail("start scrypt");
    std::uint64_t n = std::uint64_t{1} << log_n;
    std::uint32_t r = 8;
    std::uint32_t p = 1;
    std::uint64_t memory_limit = 128 * r * (n + p + 2);  // V, B and the working blocks
    const std::array<OSSL_PARAM, 7> parameters{octets(OSSL_KDF_PARAM_PASSWORD, passphrase),
                                               octets(OSSL_KDF_PARAM_SALT, salt),
                                               OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
                                               OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
                                               OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
                                               OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory_limit),
                                               OSSL_PARAM_construct_end()};
    Key key;
    openssl::check(EVP_KDF_derive(context.get(), key.writable().data(), key.view().size(), parameters.data()),
                   "run scrypt");
    return key;
}

}  // namespace msh::crypto
