// The bytes of the public UnixFS vectors: the ChaCha20 keystream of a seed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <openssl/evp.h>
#include <string>

#include "base/bytes.hpp"
#include "crypto/hash.hpp"

namespace msh::ipfs::test {

class Keystream {
  public:
    explicit Keystream(const std::string& seed) : context_(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free) {
        const Digest key = crypto::sha256(as_bytes(seed));
        const std::array<std::uint8_t, 16> counter_and_nonce{};
        EVP_EncryptInit_ex(context_.get(), EVP_chacha20(), nullptr, key.data(), counter_and_nonce.data());
    }
    // The next bytes of the stream over `out`, which must be zeros.
    void apply(MutableBytes out) {
        int size = 0;
        EVP_EncryptUpdate(context_.get(), out.data(), &size, out.data(), static_cast<int>(out.size()));
    }

  private:
    std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context_;
};

}  // namespace msh::ipfs::test
