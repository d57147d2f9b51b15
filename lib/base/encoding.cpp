#include "base/encoding.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace msh {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base32_digits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view bech32_digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

using Reverse = std::array<std::int8_t, 256>;

constexpr Reverse reverse_of(std::string_view digits) {
    Reverse table{};
    for (auto& entry : table)
        entry = -1;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        table[static_cast<unsigned char>(digits[i])] = static_cast<std::int8_t>(i);
    }
    return table;
}

constexpr Reverse from_hex_digit = reverse_of(hex_digits);
constexpr Reverse from_base64_digit = reverse_of(base64_digits);
constexpr Reverse from_base32_digit = reverse_of(base32_digits);
constexpr Reverse from_bech32_digit = reverse_of(bech32_digits);

// Digits of `bits` bits each, most significant first; the last digit is filled with zero bits.
std::string encode_bits(ByteView bytes, std::string_view digits, unsigned bits) {
    std::string out;
    out.reserve((bytes.size() * 8 + bits - 1) / bits + 8);
    std::uint32_t held = 0;
    unsigned count = 0;
    const std::uint32_t mask = (1U << bits) - 1;
    for (const std::uint8_t byte : bytes) {
        held = (held << 8) | byte;
        for (count += 8; count >= bits; count -= bits)
            out.push_back(digits[(held >> (count - bits)) & mask]);
    }
    if (count > 0) out.push_back(digits[(held << (bits - count)) & mask]);
    return out;
}

// The inverse, appended to `out`; false when a digit is unknown, a digit is superfluous, or a filling bit is set.
template <typename Buffer>
bool append_bits(Buffer& out, std::string_view text, const Reverse& table, unsigned bits) {
    std::uint32_t held = 0;
    unsigned count = 0;
    for (const char digit : text) {
        const std::int8_t value = table[static_cast<unsigned char>(digit)];
        if (value < 0) return false;
        held = (held << bits) | static_cast<std::uint32_t>(value);
        count += bits;
        if (count >= 8) {
            count -= 8;
            out.push_back(static_cast<std::uint8_t>(held >> count));
        }
    }
    return count < bits && (held & ((1U << count) - 1)) == 0;
}

std::optional<Bytes> decode_bits(std::string_view text, const Reverse& table, unsigned bits) {
    Bytes out;
    out.reserve(text.size() * bits / 8);
    if (!append_bits(out, text, table, bits)) return std::nullopt;
    return out;
}

std::uint32_t bech32_step(std::uint32_t checksum, std::uint32_t value) {
    constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = checksum >> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    for (std::size_t i = 0; i < generator.size(); ++i) {
        if (((top >> i) & 1) != 0) checksum ^= generator[i];
    }
    return checksum;
}

std::uint32_t bech32_start(std::string_view prefix) {
    std::uint32_t checksum = 1;
    for (const char c : prefix)
        checksum = bech32_step(checksum, static_cast<unsigned char>(c) >> 5);
    checksum = bech32_step(checksum, 0);
    for (const char c : prefix)
        checksum = bech32_step(checksum, static_cast<unsigned char>(c) & 31);
    return checksum;
}

char lower(char c) {
    return (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    return encode_bits(bytes, hex_digits, 4);
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    return decode_bits(text, from_hex_digit, 4);
}

std::string to_base64(ByteView bytes, Padding padding) {
    std::string out = encode_bits(bytes, base64_digits, 6);
    if (padding == Padding::yes) out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

namespace {

template <typename Buffer>
std::optional<Buffer> decode_base64(std::string_view text, Padding padding) {
    if (padding == Padding::yes) {
        if (text.size() % 4 != 0) return std::nullopt;
        for (int i = 0; i < 2 && text.ends_with('='); ++i)
            text.remove_suffix(1);
    }
    // Whole groups first, four digits at a time: boxes are long, and there are many of them.
    const std::size_t groups = text.size() / 4;
    Buffer out;
    out.reserve(groups * 3 + 2);  // never moved
    out.resize(groups * 3);
    int bad = 0;
    for (std::size_t i = 0; i < groups; ++i) {
        const auto digit = [&](std::size_t k) -> int {
            return from_base64_digit[static_cast<unsigned char>(text[4 * i + k])];
        };
        const int a = digit(0), b = digit(1), c = digit(2), d = digit(3);
        bad |= a | b | c | d;
        out[3 * i] = static_cast<std::uint8_t>((a << 2) | (b >> 4));
        out[3 * i + 1] = static_cast<std::uint8_t>((b << 4) | (c >> 2));
        out[3 * i + 2] = static_cast<std::uint8_t>((c << 6) | d);
    }
    if (bad < 0 || !append_bits(out, text.substr(groups * 4), from_base64_digit, 6)) return std::nullopt;
    return out;
}

}  // namespace

std::optional<Bytes> from_base64(std::string_view text, Padding padding) {
    return decode_base64<Bytes>(text, padding);
}

std::optional<SecretBytes> secret_from_base64(std::string_view text) {
    return decode_base64<SecretBytes>(text, Padding::yes);
}

std::string to_base32(ByteView bytes) {
    return encode_bits(bytes, base32_digits, 5);
}

std::optional<Bytes> from_base32(std::string_view text) {
    return decode_bits(text, from_base32_digit, 5);
}

std::string to_bech32(std::string_view prefix, ByteView data) {
    std::string digits = encode_bits(data, bech32_digits, 5);
    std::uint32_t checksum = bech32_start(prefix);
    for (const char c : digits) {
        checksum = bech32_step(checksum, static_cast<std::uint32_t>(from_bech32_digit[static_cast<unsigned char>(c)]));
    }
    for (int i = 0; i < 6; ++i)
        checksum = bech32_step(checksum, 0);
    checksum ^= 1;
    for (int i = 0; i < 6; ++i)
        digits.push_back(bech32_digits[(checksum >> (5 * (5 - i))) & 31]);
    return std::string(prefix) + "1" + digits;
}

std::optional<Bech32> from_bech32(std::string_view text) {
    const bool has_upper = std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    const bool has_lower = std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (has_upper && has_lower) return std::nullopt;
    std::string plain(text);
    std::transform(plain.begin(), plain.end(), plain.begin(), lower);
    const std::size_t separator = plain.rfind('1');
    if (separator == std::string::npos || separator == 0 || plain.size() - separator - 1 < 6) return std::nullopt;
    Bech32 out;
    out.prefix = plain.substr(0, separator);
    for (const char c : out.prefix) {
        if (c < 33 || c > 126) return std::nullopt;
    }
    const std::string_view digits = std::string_view(plain).substr(separator + 1);
    std::uint32_t checksum = bech32_start(out.prefix);
    for (const char c : digits) {
        const std::int8_t value = from_bech32_digit[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        checksum = bech32_step(checksum, static_cast<std::uint32_t>(value));
    }
    if (checksum != 1) return std::nullopt;
    auto data = decode_bits(digits.substr(0, digits.size() - 6), from_bech32_digit, 5);
    if (!data) return std::nullopt;
    out.data = std::move(*data);
    return out;
}

std::optional<std::uint64_t> parse_number(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

}  // namespace msh
