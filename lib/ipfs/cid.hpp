// Content identifiers: the name of a block on IPFS is the hash of its bytes.
//
//     Cid cid = Cid::of(Codec::raw, bytes);
//     std::string text = cid.text();                    // "bafkrei...", 59 characters
//     std::optional<Cid> same = Cid::parse(text);
//
// Only what msh writes is a CID here: version 1, codec raw or dag-pb, SHA-256, in base32 lower case. Every other
// spelling (version 0, another base, hash or codec, a superfluous byte) gives nothing, so a block has one name.
//
// Source: the CID and multihash specifications (multiformats), code points of the multicodec table.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace msh::ipfs {

enum class Codec : std::uint8_t {
    raw = 0x55,     // the bytes themselves
    dag_pb = 0x70,  // a node with links (ipfs/dag_pb.hpp)
};

class Cid {
  public:
    static constexpr std::size_t binary_size = 36;
    static constexpr std::size_t text_size = 59;

    Cid(Codec codec, const Digest& digest) noexcept : codec_(codec), digest_(digest) {}

    // The name of this block.
    [[nodiscard]] static Cid of(Codec codec, ByteView block);

    [[nodiscard]] static std::optional<Cid> parse(std::string_view text);
    [[nodiscard]] static std::optional<Cid> from_binary(ByteView bytes);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::array<std::uint8_t, binary_size> binary() const noexcept;

    [[nodiscard]] Codec codec() const noexcept { return codec_; }
    [[nodiscard]] const Digest& digest() const noexcept { return digest_; }

    auto operator<=>(const Cid&) const = default;

  private:
    Codec codec_;
    Digest digest_;
};

}  // namespace msh::ipfs
