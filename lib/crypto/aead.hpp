// ChaCha20-Poly1305 (RFC 8439): 32-byte key, 12-byte nonce, 16-byte tag behind the ciphertext.
//
// A nonce must never be used twice under a key. The cipher does not commit to its key: what may be offered under
// several keys carries a commitment of its own (crypto/box.hpp, the records' kc).
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::crypto {

using Nonce = std::array<std::uint8_t, 12>;
inline constexpr std::size_t tag_size = 16;

// One key, many messages: reuses the cipher context, which makes small messages fast. Must not be used
// by two threads at the same time.
class Aead {
  public:
    explicit Aead(ByteView key);
    Aead(Aead&&) noexcept;
    Aead& operator=(Aead&&) noexcept;
    ~Aead();

    // `out` is tag_size longer than `plain`; the two may be the same memory.
    void seal(const Nonce& nonce, ByteView associated, ByteView plain, MutableBytes out);
    // `out` is tag_size shorter than `sealed`; false, and `out` wiped, when the tag does not match.
    [[nodiscard]] bool open(const Nonce& nonce, ByteView associated, ByteView sealed, MutableBytes out);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// A message under a nonce drawn at random and put in front of it: nonce || ciphertext || tag. For at most 2^32 messages
// a key.
[[nodiscard]] Bytes seal_random(ByteView key, ByteView associated, ByteView plain);
// Returns nullopt if it was not sealed with this key and associated data.
[[nodiscard]] std::optional<SecretBytes> open_random(ByteView key, ByteView associated, ByteView sealed);

}  // namespace msh::crypto
