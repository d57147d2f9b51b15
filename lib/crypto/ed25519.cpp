#include "crypto/ed25519.hpp"

#include <algorithm>

#include "crypto/openssl.hpp"

namespace msh::crypto {
namespace {

openssl::PublicKey private_key(const Key& seed) {
    openssl::PublicKey key(EVP_PKEY_new_raw_private_key_ex(openssl::library(), "ED25519", nullptr, seed.view().data(),
                                                           seed.view().size()));
    if (!key) openssl::fail("load an Ed25519 key");
    return key;
}

using Coordinate = std::array<std::uint8_t, 32>;  // y, little-endian

constexpr Coordinate filled(std::uint8_t first, std::uint8_t middle, std::uint8_t last) {
    Coordinate y{};
    for (std::uint8_t& byte : y)
        byte = middle;
    y.front() = first;
    y.back() = last;
    return y;
}

constexpr Coordinate prime = filled(0xed, 0xff, 0x7f);  // 2^255 - 19

// y of the points whose order divides 8, below the prime: order 4, 1, 2, and both of order 8. The two of each y differ
// in the sign of x.
constexpr std::array<Coordinate, 5> small_order{
    {filled(0x00, 0x00, 0x00),
     filled(0x01, 0x00, 0x00),
     filled(0xec, 0xff, 0x7f),
     {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
      0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
     {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
      0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a}}};

}  // namespace

bool is_sound_ed25519_key(const VerificationKey& key) {
    constexpr std::uint8_t sign_of_x = 0x80;
    Coordinate y = key;
    y.back() &= static_cast<std::uint8_t>(~sign_of_x);
    const bool is_reduced = std::lexicographical_compare(y.rbegin(), y.rend(), prime.rbegin(), prime.rend());
    return is_reduced && std::find(small_order.begin(), small_order.end(), y) == small_order.end();
}

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
