// The manifest: which segments make up the index, signed by its owner. It is all the state an index has, a leaf of the
// log, and what every answer is checked against.
//
// It is a C2SP signed note (c2sp.org/signed-note). Its text, each line ended by a newline:
//
//     msh/v1/manifest
//     owner <hex, 32 bytes>          Ed25519 key that signs it
//     number <n>                     from 1, one more than the manifest before
//     previous <hex, 32 bytes>       hash of the text before; zeros in number 1
//     time <t>                       RFC 3339, UTC, whole seconds: 2026-01-31T12:00:00Z
//     until <t>                      not before `time`
//     epoch <n>                      search epoch, from 1: which epoch key the segments are under
//     tombstones <hex, 32 bytes>     RFC 9162 root over the shredded studies; that of the empty tree for none
//     segments <n>                   lines that follow, at most 16384
//     segment <id> <level> <pages> <documents> <placement> <root> <size> <cid> <configuration> <normaliser>
//
// In a segment's line: id, root, configuration are hex of 32 bytes; level at most 63; placement is
// <run limit>/<load>/<buckets>/<lists>/<tables>; size is the file's; cid is 1 to 128 letters and digits, or "-";
// normaliser is below 2^32 (format.hpp says what they mean). Hex is lower case. Numbers are decimal below 2^53, without
// leading zeros. There is exactly one space between two words and nothing else, so every manifest has one text.
//
// Behind a blank line stands the signature line, "\u2014 msh/v1/manifest <base64>": 4 bytes of key id, then the Ed25519
// signature of the text, by the note key of that name. Other keys' lines may follow and are ignored.
//
// The manifest's hash, which the next one names and the log's leaf commits to, is SHA-256 of the text: 32 bytes that do
// not change with the signatures.
//
// Whoever reads a manifest learns number, sizes, levels and merge history of the segments, and when it was renewed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/ed25519.hpp"
#include "index/format.hpp"

namespace msh::index {

inline constexpr std::int64_t manifest_lifetime = 30 * 24 * 60 * 60;  // seconds: the default
inline constexpr std::size_t max_segments = 16384;
inline constexpr std::size_t max_manifest_size = 16 * 1024 * 1024;

struct Manifest {
    crypto::VerificationKey owner{};
    std::uint64_t number = 1;
    Digest previous{};
    std::int64_t time = 0;
    std::int64_t until = 0;
    std::uint64_t epoch = 1;
    Digest tombstones{};
    std::vector<SegmentInfo> segments;
    bool operator==(const Manifest&) const = default;
};

// The text that is signed. Throws Error (kind `failed`) when parse_manifest would not take it back.
[[nodiscard]] std::string manifest_text(const Manifest& manifest);

// Strict. Throws Error (kind `input`); says nothing about who wrote it.
[[nodiscard]] Manifest parse_manifest(std::string_view text);

[[nodiscard]] Digest manifest_hash(std::string_view text);

// Text and signature; `owner` is set to the public half of `seed`.
[[nodiscard]] std::string sign_manifest(Manifest manifest, const Key& seed);

struct SignedManifest {
    Manifest manifest;
    Digest hash{};
};

// Throws Error (kind `input`) unless `owner` signed it, and it says so.
[[nodiscard]] SignedManifest open_manifest(std::string_view note, const crypto::VerificationKey& owner);

// How a manifest stands to the newest one seen before, which the caller remembers by number and hash. Only `same`,
// `next` and `later` may be taken: `older` is a roll-back, `forked` two histories under one signature.
enum class Succession { same, next, later, older, forked };
[[nodiscard]] Succession succession(std::uint64_t seen_number, const Digest& seen_hash, const SignedManifest& offered);

[[nodiscard]] inline bool has_expired(const Manifest& manifest, std::int64_t now) {
    return now >= manifest.until;
}

}  // namespace msh::index
