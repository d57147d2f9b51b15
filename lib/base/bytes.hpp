// Byte strings and the conversions that all modules need. A ByteView never owns its bytes; to keep them, use Bytes (or,
// for secrets, a type of base/secret.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace msh {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

[[nodiscard]] inline ByteView as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[nodiscard]] inline std::string_view as_text(ByteView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void append(Bytes& to, ByteView more) {
    to.insert(to.end(), more.begin(), more.end());
}

[[nodiscard]] inline bool is_zero(ByteView bytes) noexcept {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

// Big-endian integers, as on the wire in every format of msh. The span must be as wide as the integer.
template <typename Integer>
void store_big_endian(Integer value, MutableBytes out) noexcept {
    for (std::size_t i = out.size(); i-- > 0; value = static_cast<Integer>(value >> 8)) {
        out[i] = static_cast<std::uint8_t>(value & 0xff);
    }
}

template <typename Integer>
[[nodiscard]] Integer load_big_endian(ByteView in) noexcept {
    Integer value = 0;
    for (const std::uint8_t byte : in)
        value = static_cast<Integer>((value << 8) | byte);
    return value;
}

// The same for little-endian, as in third-party formats.
template <typename Integer>
[[nodiscard]] Integer load_little_endian(ByteView in) noexcept {
    Integer value = 0;
    for (std::size_t i = in.size(); i-- > 0;)
        value = static_cast<Integer>((value << 8) | in[i]);
    return value;
}

// 128-bit random names: object ids, studies' pseudonyms. Written as 32 lower-case hex digits (base/encoding.hpp).
using Id = std::array<std::uint8_t, 16>;

// The output of SHA-256 and of everything built on it.
using Digest = std::array<std::uint8_t, 32>;

// Hash for unordered containers whose keys are already uniformly random (ids, digests).
struct RandomKeyHash {
    template <std::size_t N>
    std::size_t operator()(const std::array<std::uint8_t, N>& key) const noexcept {
        std::size_t value = 0;
        static_assert(N >= sizeof value);
        std::memcpy(&value, key.data(), sizeof value);
        return value;
    }
};

}  // namespace msh
