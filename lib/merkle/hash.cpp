#include "merkle/hash.hpp"

#include "crypto/hash.hpp"

#include <algorithm>
#include <array>

namespace msh::merkle {
namespace {

// One hash state a thread: making a new one costs more than hashing a node.
crypto::Sha256& fresh_hash() {
    thread_local crypto::Sha256 hash;
    hash.reset();
    return hash;
}

}  // namespace

Digest leaf_hash(ByteView data) {
    constexpr std::array<std::uint8_t, 1> prefix{0x00};
    return fresh_hash().update(prefix).update(data).finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
    std::array<std::uint8_t, 1 + 2 * sizeof(Digest)> message{0x01};
    std::copy(left.begin(), left.end(), message.begin() + 1);
    std::copy(right.begin(), right.end(), message.begin() + 1 + sizeof(Digest));
    return fresh_hash().update(message).finish();
}

Digest empty_root() {
    return crypto::sha256({});
}

}  // namespace msh::merkle
