#include "crypto/age_stanza.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/aead.hpp"
#include "crypto/age_error.hpp"
#include "crypto/mac.hpp"
#include "crypto/random.hpp"
#include "crypto/scrypt.hpp"

namespace msh::crypto {
namespace {

constexpr std::string_view x25519_type = "X25519";
constexpr std::string_view x25519_label = "age-encryption.org/v1/X25519";
constexpr std::string_view scrypt_type = "scrypt";
constexpr std::string_view scrypt_label = "age-encryption.org/v1/scrypt";
constexpr std::size_t salt_size = 16;
constexpr std::size_t file_key_size = 16;
constexpr Nonce zero_nonce{};  // every wrap key is used once

[[noreturn]] void malformed(const char* what) {
    throw AgeError(AgeFailure::header, std::string("malformed age header: ") + what);
}

Bytes wrap(const Key& wrap_key, const FileKey& file_key) {
    Bytes body(file_key_size + tag_size);
    Aead(wrap_key.view()).seal(zero_nonce, {}, file_key.view(), body);
    return body;
}

// Bodies of another size are refused before any key is tried, so that one ciphertext cannot be made to test many keys.
void require_body_size(const AgeStanza& stanza) {
    if (stanza.body.size() != file_key_size + tag_size) malformed("a wrapped file key of the wrong size");
}

std::optional<FileKey> unwrap(const Key& wrap_key, const AgeStanza& stanza) {
    FileKey file_key;
    if (!Aead(wrap_key.view()).open(zero_nonce, {}, stanza.body, file_key.writable())) return std::nullopt;
    return file_key;
}

Key x25519_wrap_key(const Key& shared, const X25519Public& share, const X25519Public& recipient) {
    Bytes salt(share.begin(), share.end());
    append(salt, recipient);
    Key key;
    hkdf_sha256(shared.view(), salt, x25519_label, key.writable());
    return key;
}

Key scrypt_wrap_key(ByteView passphrase, ByteView salt, unsigned work_factor) {
    Bytes labelled;
    append(labelled, as_bytes(scrypt_label));
    append(labelled, salt);
    return scrypt(passphrase, labelled, work_factor);
}

X25519Public read_share(const AgeStanza& stanza) {
    if (stanza.arguments.size() != 2) malformed("the arguments of an X25519 stanza");
    const auto bytes = from_base64(stanza.arguments[1], Padding::no);
    X25519Public share{};
    if (!bytes || bytes->size() != share.size()) malformed("the share of an X25519 stanza");
    std::ranges::copy(*bytes, share.begin());
    require_body_size(stanza);
    return share;
}

std::optional<FileKey> unwrap_x25519(const AgeStanza& stanza, const X25519Public& share, const AgeIdentity& identity) {
    const auto shared = x25519_shared(identity.key, share);
    if (!shared) malformed("the share of an X25519 stanza is of low order");
    return unwrap(x25519_wrap_key(*shared, share, identity.recipient().key), stanza);
}

unsigned read_work_factor(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!std::ranges::all_of(text, is_digit) || text.starts_with('0')) malformed("the work factor");
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range || value > most) {
        throw AgeError(AgeFailure::header, "the work factor of the passphrase is too high");
    }
    if (error != std::errc() || end != text.data() + text.size()) malformed("the work factor");
    return value;
}

}  // namespace

AgeStanza wrap_file_key(const FileKey& file_key, const AgeRecipient& recipient) {
    const Key ephemeral = random_key();
    const X25519Public share = x25519_public(ephemeral);
    const auto shared = x25519_shared(ephemeral, recipient.key);
    if (!shared) throw Error(ErrorKind::input, "the age recipient is not a usable key");
    return {{std::string(x25519_type), to_base64(share, Padding::no)},
            wrap(x25519_wrap_key(*shared, share, recipient.key), file_key)};
}

AgeStanza wrap_file_key(const FileKey& file_key, ByteView passphrase, unsigned work_factor) {
    if (work_factor < 1 || work_factor > age_max_work_factor) {
        throw Error(ErrorKind::usage, "the work factor of a passphrase is from 1 to 22");
    }
    std::array<std::uint8_t, salt_size> salt{};
    fill_random(salt);
    return {{std::string(scrypt_type), to_base64(salt, Padding::no), std::to_string(work_factor)},
            wrap(scrypt_wrap_key(passphrase, salt, work_factor), file_key)};
}

std::optional<FileKey> unwrap_file_key(const AgeHeader& header, std::span<const AgeIdentity> identities) {
    std::optional<FileKey> found;
    for (const AgeStanza& stanza : header.stanzas) {
        if (stanza.type() != x25519_type) continue;
        const X25519Public share = read_share(stanza);
        for (const AgeIdentity& identity : identities) {
            if (!found) found = unwrap_x25519(stanza, share, identity);
        }
    }
    return found;
}

std::optional<FileKey> unwrap_file_key(const AgeHeader& header, ByteView passphrase, unsigned max_work_factor) {
    const AgeStanza& stanza = header.stanzas.front();
    if (stanza.type() != scrypt_type) return std::nullopt;
    if (stanza.arguments.size() != 3) malformed("the arguments of a passphrase stanza");
    const auto salt = from_base64(stanza.arguments[1], Padding::no);
    if (!salt || salt->size() != salt_size) malformed("the salt of a passphrase stanza");
    const unsigned work_factor = read_work_factor(stanza.arguments[2], max_work_factor);
    require_body_size(stanza);
    return unwrap(scrypt_wrap_key(passphrase, *salt, work_factor), stanza);
}

}  // namespace msh::crypto
