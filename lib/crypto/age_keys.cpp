#include "crypto/age_keys.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/random.hpp"

namespace msh::crypto {
namespace {

constexpr std::string_view recipient_prefix = "age";
constexpr std::string_view identity_prefix = "AGE-SECRET-KEY-";

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

// The 32 bytes under this prefix; the text's case must be the prefix's.
std::optional<Key> parse_key(std::string_view text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return std::nullopt;
    auto decoded = from_bech32(text);
    if (!decoded) return std::nullopt;
    std::optional<Key> key;
    if (decoded->prefix == lower_case(prefix) && decoded->data.size() == 32) {
        key.emplace(std::span<const std::uint8_t, 32>(decoded->data));
    }
    if (!decoded->data.empty()) wipe(decoded->data.data(), decoded->data.size());
    return key;
}

}  // namespace

std::string AgeRecipient::text() const {
    return to_bech32(recipient_prefix, key);
}

std::optional<AgeRecipient> AgeRecipient::parse(std::string_view text) {
    const auto bytes = parse_key(text, recipient_prefix);
    if (!bytes) return std::nullopt;
    AgeRecipient recipient;
    std::ranges::copy(bytes->view(), recipient.key.begin());
    return recipient;
}

AgeIdentity AgeIdentity::generate() {
    return {random_key()};
}

AgeRecipient AgeIdentity::recipient() const {
    return {x25519_public(key)};
}

SecretBytes AgeIdentity::text() const {
    std::string encoded = to_bech32(lower_case(identity_prefix), key.view());
    SecretBytes text(encoded.size());
    std::ranges::transform(encoded, text.begin(), [](char c) { return static_cast<std::uint8_t>(upper(c)); });
    wipe(encoded.data(), encoded.size());
    return text;
}

std::optional<AgeIdentity> AgeIdentity::parse(std::string_view text) {
    const auto key = parse_key(text, identity_prefix);
    if (!key) return std::nullopt;
    return AgeIdentity{*key};
}

}  // namespace msh::crypto
