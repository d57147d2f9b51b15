#include "merkle/hash.hpp"

#include <algorithm>
#include <array>

#include "crypto/hash.hpp"

namespace msh::merkle {

Digest leaf_hash(ByteView data) {
    constexpr std::array<std::uint8_t, 1> prefix{0x00};
    thread_local crypto::Sha256 hash;  // making one costs more than hashing a short leaf
    hash.reset();
    return hash.update(prefix).update(data).finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
    std::array<std::uint8_t, 1 + 2 * sizeof(Digest)> message{0x01};
    std::copy(left.begin(), left.end(), message.begin() + 1);
    std::copy(right.begin(), right.end(), message.begin() + 1 + sizeof(Digest));
    return crypto::sha256(message);
}

Digest empty_root() {
    return crypto::sha256({});
}

}  // namespace msh::merkle
