// Text forms of bytes: hex, base64, base32 and bech32. Decoders are strict: they take exactly what the encoders give
// (canonical, no white space, no other case), so that each value has one encoding; they return nullopt for any other
// text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh {

// Lower-case hex.
[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

// A fixed-size value (an Id, a Digest) from its hex form.
template <std::size_t N>
[[nodiscard]] std::optional<std::array<std::uint8_t, N>> array_from_hex(std::string_view text) {
    const auto bytes = text.size() == 2 * N ? from_hex(text) : std::nullopt;
    if (!bytes) return std::nullopt;
    std::array<std::uint8_t, N> out{};
    std::memcpy(out.data(), bytes->data(), N);
    return out;
}

// RFC 4648 section 4, standard alphabet; with padding (records, signed notes) or without (age).
enum class Padding { yes, no };
[[nodiscard]] std::string to_base64(ByteView bytes, Padding padding = Padding::yes);
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text, Padding padding = Padding::yes);
// For keys: no copy is left in memory.
[[nodiscard]] std::optional<SecretBytes> secret_from_base64(std::string_view text);

// RFC 4648 section 6 in lower case without padding: the alphabet of multibase prefix "b" (CIDs).
[[nodiscard]] std::string to_base32(ByteView bytes);
[[nodiscard]] std::optional<Bytes> from_base32(std::string_view text);

// Bech32 (BIP 173) without its limit of 90 characters, as age uses it for keys. The human-readable part comes back in
// lower case; a text of mixed case is refused.
struct Bech32 {
    std::string prefix;
    Bytes data;
};
[[nodiscard]] std::string to_bech32(std::string_view prefix, ByteView data);
[[nodiscard]] std::optional<Bech32> from_bech32(std::string_view text);

// Decimal digits and nothing else; nothing, too, where the number does not fit.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view digits);

}  // namespace msh
