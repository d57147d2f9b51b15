// Signed notes (C2SP signed-note, https://c2sp.org/signed-note): a text, a blank line, and signature lines
//
//     — <key name> <base64 of key id (4 bytes, big-endian) || signature>
//
// Reading is strict: UTF-8, no control character but newline, at most max_note_size bytes and max_signatures signatures
// (the format asks for 16 at least), each line well-formed whoever's it is. A note that was only parsed is still
// anybody's text: ask signature_by before believing it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "log/key.hpp"

namespace msh::log {

inline constexpr std::size_t max_note_size = 256 * 1024;
inline constexpr std::size_t max_signatures = 64;

struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    Bytes signature;
};

struct Note {
    std::string text;  // with its last newline, without the blank line
    std::vector<NoteSignature> signatures;
};

[[nodiscard]] std::optional<Note> parse_note(std::string_view note);

enum class SignatureState { absent, bad, good };

struct SignatureBy {
    SignatureState state = SignatureState::absent;
    std::uint64_t time = 0;  // of a good cosignature, in seconds since 1970
};

// What this key has to say: absent when no line bears its name and id (lines of other keys are ignored); bad when one
// of them does not verify; good otherwise.
[[nodiscard]] SignatureBy signature_by(const Note& note, const VerifierKey& key);

}  // namespace msh::log
