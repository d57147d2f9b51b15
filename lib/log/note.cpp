#include "log/note.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "crypto/ed25519.hpp"

namespace msh::log {
namespace {

constexpr std::string_view line_start = "\u2014 ";
constexpr std::size_t time_size = 8;
constexpr std::uint64_t max_time = std::uint64_t{1} << 63;

bool is_plain_text(std::string_view text) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
    return is_valid_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

// One signature line, without its newline.
std::optional<NoteSignature> parse_signature(std::string_view line) {
    if (!line.starts_with(line_start)) return std::nullopt;
    line.remove_prefix(line_start.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_signature_name(line.substr(0, space))) return std::nullopt;
    const auto blob = from_base64(line.substr(space + 1));
    if (!blob || blob->size() <= 4) return std::nullopt;
    return NoteSignature{std::string(line.substr(0, space)), load_big_endian<std::uint32_t>(ByteView(*blob).first(4)),
                         Bytes(blob->begin() + 4, blob->end())};
}

// The time of a cosignature that verifies (C2SP tlog-cosignature, "Ed25519 signed message").
std::optional<std::uint64_t> cosignature_time(const Note& note, const VerifierKey& key, ByteView signature) {
    if (signature.size() <= time_size) return std::nullopt;
    const auto time = load_big_endian<std::uint64_t>(signature.first(time_size));
    const std::string message = "cosignature/v1\ntime " + std::to_string(time) + "\n" + note.text;
    const bool good =
        time < max_time && crypto::ed25519_verify(key.key, as_bytes(message), signature.subspan(time_size));
    return good ? std::optional(time) : std::nullopt;
}

}  // namespace

std::optional<Note> parse_note(std::string_view note) {
    if (note.size() > max_note_size || !note.ends_with('\n') || !is_plain_text(note)) return std::nullopt;
    const std::size_t blank = note.rfind("\n\n");
    if (blank == std::string_view::npos) return std::nullopt;

    Note out{std::string(note.substr(0, blank + 1)), {}};
    std::string_view rest = note.substr(blank + 2);
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        auto signature = parse_signature(rest.substr(0, end));
        if (!signature || out.signatures.size() == max_signatures) return std::nullopt;
        out.signatures.push_back(std::move(*signature));
        rest.remove_prefix(end + 1);
    }
    if (out.signatures.empty()) return std::nullopt;
    return out;
}

SignatureBy signature_by(const Note& note, const VerifierKey& key) {
    SignatureBy out;
    const std::uint32_t id = key.id();
    for (const NoteSignature& line : note.signatures) {
        if (line.key_id != id || line.name != key.name) continue;
        if (key.type == KeyType::cosignature) {
            const auto time = cosignature_time(note, key, line.signature);
            if (!time) return {SignatureState::bad, 0};
            out.time = std::max(out.time, *time);
        } else if (!crypto::ed25519_verify(key.key, as_bytes(note.text), line.signature)) {
            return {SignatureState::bad, 0};
        }
        out.state = SignatureState::good;
    }
    return out;
}

}  // namespace msh::log
