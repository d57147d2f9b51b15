#include "crypto/mac.hpp"

#include <algorithm>
#include <cstdint>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/openssl.hpp"

namespace msh::crypto {
namespace {

constexpr std::size_t block_size = 64;
constexpr std::uint8_t inner_pad = 0x36;
constexpr std::uint8_t outer_pad = 0x5c;

// HMAC on top of OpenSSL's SHA-256, with a state kept for each thread. EVP_MAC gives the same result (a test holds them
// against each other) but allocates and copies states for each new key, which takes twice the time for a short message,
// and nearly every message of msh is short.
void hmac(ByteView key, std::initializer_list<ByteView> parts, MutableBytes out) {
    thread_local const openssl::HashContext state = openssl::new_hash_context();
    EVP_MD_CTX* const hash = state.get();
    const auto start = [&](ByteView pad) {
        openssl::check(EVP_DigestInit_ex2(hash, openssl::sha256_algorithm(), nullptr), "start HMAC");
        openssl::check(EVP_DigestUpdate(hash, pad.data(), pad.size()), "compute HMAC");
    };
    SecretArray<block_size> block;
    const auto pad = block.writable();
    if (key.size() > block_size) {
        const Key shorter{std::span<const std::uint8_t, 32>(sha256(key))};
        std::ranges::copy(shorter.view(), pad.begin());
    } else {
        std::ranges::copy(key, pad.begin());
    }
    for (auto& byte : pad)
        byte ^= inner_pad;
    start(pad);
    for (const ByteView part : parts) {
        openssl::check(EVP_DigestUpdate(hash, part.data(), part.size()), "compute HMAC");
    }
    Key inner;
    openssl::check(EVP_DigestFinal_ex(hash, inner.writable().data(), nullptr), "compute HMAC");

    for (auto& byte : pad)
        byte ^= inner_pad ^ outer_pad;
    start(pad);
    openssl::check(EVP_DigestUpdate(hash, inner.view().data(), inner.view().size()), "compute HMAC");
    openssl::check(EVP_DigestFinal_ex(hash, out.data(), nullptr), "compute HMAC");
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
    constexpr std::size_t step = sizeof(Digest);
    if (out.size() > 255 * step) throw Error(ErrorKind::failed, "more key material asked of HKDF than it has");
    const Key extracted = hmac_key(salt, {ikm});
    Key block;
    ByteView previous;
    for (std::uint8_t counter = 1; !out.empty(); ++counter) {
        block = hmac_key(extracted.view(), {previous, as_bytes(info), ByteView(&counter, 1)});
        previous = block.view();
        const std::size_t size = std::min(step, out.size());
        std::copy_n(previous.begin(), size, out.begin());
        out = out.subspan(size);
    }
}

}  // namespace msh::crypto
