#include "crypto/mac.hpp"

#include <array>
#include <memory>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string>

#include "crypto/openssl.hpp"

namespace msh::crypto {
namespace {

using MacContext = std::unique_ptr<EVP_MAC_CTX, openssl::Free<EVP_MAC_CTX_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, openssl::Free<EVP_KDF_CTX_free>>;

OSSL_PARAM text_parameter(const char* name, std::string& text) {
    return OSSL_PARAM_construct_utf8_string(name, text.data(), text.size());
}

// OpenSSL takes a null pointer for something that is missing, not for something empty.
const std::uint8_t* data_of(ByteView bytes) {
    static constexpr std::uint8_t nothing = 0;
    return bytes.empty() ? &nothing : bytes.data();
}

OSSL_PARAM bytes_parameter(const char* name, ByteView bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(data_of(bytes)), bytes.size());
}

MacContext new_mac_context() {
    MacContext context(EVP_MAC_CTX_new(openssl::hmac_algorithm()));
    std::string hash = "SHA256";
    const std::array parameters{text_parameter(OSSL_MAC_PARAM_DIGEST, hash), OSSL_PARAM_construct_end()};
    if (!context || EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1) openssl::fail("start HMAC");
    return context;
}

// One context a thread, keyed anew by each call: to make one costs more than most messages.
void hmac(ByteView key, std::initializer_list<ByteView> parts, MutableBytes out) {
    thread_local const MacContext context = new_mac_context();
    openssl::check(EVP_MAC_init(context.get(), data_of(key), key.size(), nullptr), "start HMAC");
    for (const ByteView part : parts) {
        openssl::check(EVP_MAC_update(context.get(), part.data(), part.size()), "compute HMAC");
    }
    std::size_t size = 0;
    openssl::check(EVP_MAC_final(context.get(), out.data(), &size, out.size()), "compute HMAC");
}

}  // namespace

Digest hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
    Digest digest{};
    hmac(key, parts, digest);
    return digest;
}

Key hmac_key(ByteView key, std::initializer_list<ByteView> parts) {
    Key derived;
    hmac(key, parts, derived.writable());
    return derived;
}

void hkdf_sha256(ByteView ikm, ByteView salt, std::string_view info, MutableBytes out) {
    const KdfContext context(EVP_KDF_CTX_new(openssl::hkdf_algorithm()));
    if (!context) openssl::fail("start HKDF");
    std::string hash = "SHA256";
    const std::array parameters{text_parameter(OSSL_KDF_PARAM_DIGEST, hash), bytes_parameter(OSSL_KDF_PARAM_KEY, ikm),
                                bytes_parameter(OSSL_KDF_PARAM_SALT, salt),
                                bytes_parameter(OSSL_KDF_PARAM_INFO, as_bytes(info)), OSSL_PARAM_construct_end()};
    openssl::check(EVP_KDF_derive(context.get(), out.data(), out.size(), parameters.data()), "compute HKDF");
}

}  // namespace msh::crypto
