#include "ipfs/cid.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"

namespace msh::ipfs {
namespace {

// version, codec, multihash code of SHA-256, length of the digest
constexpr std::uint8_t cid_version = 1;
constexpr std::uint8_t sha2_256 = 0x12;
constexpr std::uint8_t digest_size = 32;
constexpr std::size_t prefix_size = 4;
constexpr char base32_prefix = 'b';

static_assert(Cid::binary_size == prefix_size + digest_size);
static_assert(Cid::text_size == 1 + (Cid::binary_size * 8 + 4) / 5);

}  // namespace

Cid Cid::of(Codec codec, ByteView block) {
    return {codec, crypto::sha256(block)};
}

std::optional<Cid> Cid::from_binary(ByteView bytes) {
    if (bytes.size() != binary_size || bytes[0] != cid_version || bytes[2] != sha2_256 || bytes[3] != digest_size) {
        return std::nullopt;
    }
    const auto codec = static_cast<Codec>(bytes[1]);
    if (codec != Codec::raw && codec != Codec::dag_pb) return std::nullopt;
    Digest digest{};
    std::copy(bytes.begin() + prefix_size, bytes.end(), digest.begin());
    return Cid(codec, digest);
}

std::optional<Cid> Cid::parse(std::string_view text) {
    if (text.size() != text_size || text.front() != base32_prefix) return std::nullopt;
    const auto bytes = from_base32(text.substr(1));
    return bytes ? from_binary(*bytes) : std::nullopt;
}

std::array<std::uint8_t, Cid::binary_size> Cid::binary() const noexcept {
    std::array<std::uint8_t, binary_size> bytes{cid_version, static_cast<std::uint8_t>(codec_), sha2_256, digest_size};
    std::copy(digest_.begin(), digest_.end(), bytes.begin() + prefix_size);
    return bytes;
}

std::string Cid::text() const {
    return base32_prefix + to_base32(binary());
}

}  // namespace msh::ipfs
