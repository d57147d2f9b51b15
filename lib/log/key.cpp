#include "log/key.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/hash.hpp"

namespace msh::log {
namespace {

constexpr std::size_t max_name_size = 256;

// The characters of Unicode's property White_Space from U+0020 on, in UTF-8.
constexpr std::array<std::string_view, 20> spaces{" ",      "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002",
                                                  "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
                                                  "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

// The type byte and the public key: what the id and the text are made of.
std::array<std::uint8_t, 33> typed_key(const VerifierKey& key) {
    std::array<std::uint8_t, 33> out{static_cast<std::uint8_t>(key.type)};
    std::copy(key.key.begin(), key.key.end(), out.begin() + 1);
    return out;
}

std::string id_as_hex(std::uint32_t id) {
    std::array<std::uint8_t, 4> bytes{};
    store_big_endian(id, bytes);
    return to_hex(bytes);
}

}  // namespace

std::uint32_t VerifierKey::id() const {
    const Digest digest =
        crypto::Sha256().update(as_bytes(name)).update(as_bytes("\n")).update(typed_key(*this)).finish();
    return load_big_endian<std::uint32_t>(ByteView(digest).first(4));
}

std::string VerifierKey::text() const {
    return name + "+" + id_as_hex(id()) + "+" + to_base64(typed_key(*this));
}

std::optional<VerifierKey> parse_verifier_key(std::string_view text) {
    const std::size_t first = text.find('+');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = text.find('+', first + 1);  // base64 has plus signs of its own
    if (second == std::string_view::npos) return std::nullopt;
    const auto bytes = from_base64(text.substr(second + 1));
    if (!is_key_name(text.substr(0, first)) || !bytes || bytes->size() != 33) return std::nullopt;

    VerifierKey out{std::string(text.substr(0, first)), static_cast<KeyType>(bytes->front()), {}};
    if (out.type != KeyType::ed25519 && out.type != KeyType::cosignature) return std::nullopt;
    std::copy(bytes->begin() + 1, bytes->end(), out.key.begin());
    if (!crypto::is_sound_ed25519_key(out.key)) return std::nullopt;
    if (text.substr(first + 1, second - first - 1) != id_as_hex(out.id())) return std::nullopt;
    return out;
}

bool is_signature_name(std::string_view name) {
    if (name.empty() || name.size() > max_name_size || !is_valid_utf8(name)) return false;
    const auto is_forbidden = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '+'; };
    if (std::any_of(name.begin(), name.end(), is_forbidden)) return false;
    return std::none_of(spaces.begin(), spaces.end(),
                        [&](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

bool is_key_name(std::string_view name) {
    return is_signature_name(name) && is_printable(name);
}

Signer::Signer(std::string name, const Key& seed)
    : verifier_{std::move(name), KeyType::ed25519, crypto::ed25519_public(seed)}, seed_(seed) {
    if (!is_key_name(verifier_.name)) {
        throw Error(ErrorKind::usage, "not a valid log name",
                    "use a name such as example.org/log: printable, without white space or plus signs, at most "
                    "256 bytes");
    }
}

std::string Signer::sign(std::string_view text) const {
    Bytes blob(4);
    store_big_endian(verifier_.id(), blob);
    append(blob, crypto::ed25519_sign(seed_, as_bytes(text)));
    return std::string(text) + "\n\u2014 " + verifier_.name + " " + to_base64(blob) + "\n";
}

}  // namespace msh::log
