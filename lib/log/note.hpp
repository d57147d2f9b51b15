// Signed notes (C2SP signed-note, https://c2sp.org/signed-note): a text, a blank line, and signature lines
//
//     — <key name> <base64 of key id (4 bytes, big-endian) || signature>
//
// Reading is strict: UTF-8, no control character but newline, at most max_note_size bytes and max_signatures signatures
// (the format requires at least 16), each line well-formed, including those of unknown keys. A parsed note is still
// unauthenticated: call signature_by before trusting it.
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

// The state of this key's signature: absent if no line has its name and id (lines of other keys are ignored); bad if
// one of them does not verify; good otherwise.
[[nodiscard]] SignatureBy signature_by(const Note& note, const VerifierKey& key);

}  // namespace msh::log
