// Unsigned numbers of the formats of IPFS (protobuf and multiformats varints): seven bits a byte, the lowest first.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace msh::ipfs {

void put_varint(Bytes& out, std::uint64_t value);

// Takes one off the front; nothing, and `rest` is of no use, where none is whole, or it is not as short as it can be.
[[nodiscard]] std::optional<std::uint64_t> take_varint(ByteView& rest);

}  // namespace msh::ipfs
