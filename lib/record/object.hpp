// The object record: one line of JSON that describes one encrypted DICOM instance. It is what flows through the pipes,
// what the keystore keeps of each object, and what a leaf of the log commits to. man/msh-record.5 defines it for users.
//
//     {"msh":1,"type":"object","id":"<32 hex>","study":"<32 hex>","epoch":1,"profile":"basic",
//      "payload":{"size":N,"path":"/...","cid":"bafk..."},
//      "kc":"<base64, 32 bytes>","replaces":"<base64, 32 bytes>",
//      "about":"<base64>","sealed":"<base64>","sealed_sha256":"<base64, 32 bytes>",
//      "original":{"size":N,"path":"/...","cid":"bafk..."},
//      "anchor":{"origin":"...","index":N,"salt":"<base64, 32 bytes>","proof":"<base64>"}}
//
// Required: msh, type, id, study, epoch, profile, payload.size, kc, about; the others may be absent. Where `sealed` is,
// sealed_sha256 is left out of the line: it follows from the box. Base64 is standard and padded; numbers are integers
// from 0 to 2^53 - 1. Other members are passed through with their line and are not read, since nothing verifies them.
//
// Each member has a limit, so that a record of these members alone is shorter than the 1 MiB that a line may have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "json/line.hpp"

namespace msh::record {

inline constexpr std::size_t max_line = std::size_t{1} << 20;      // bytes of a record, and of any line of a grant
inline constexpr std::size_t max_path = 4095;                      // bytes, PATH_MAX of Linux
inline constexpr std::size_t max_box = (64 << 10) + 32 + 12 + 16;  // of a text of 64 KiB (crypto/box.hpp)
inline constexpr std::size_t max_proof = 64 << 10;                 // bytes

struct Payload {
    std::uint64_t size = 0;
    std::optional<std::string> path;  // absolute, on this machine; at most max_path bytes
    std::optional<std::string> cid;   // of the whole payload, as text
    bool operator==(const Payload&) const = default;
};

struct Anchor {
    std::string origin;  // of the log, the first line of its checkpoints
    std::uint64_t index = 0;
    Digest salt{};
    std::optional<Bytes> proof;  // a C2SP tlog-proof
    bool operator==(const Anchor&) const = default;
};

struct Object {
    Id id{};
    Id study{};
    std::uint64_t epoch = 1;
    std::string profile;
    Payload payload;
    Digest kc{};
    std::optional<Digest> replaces;  // after re-keying: the former leaf data
    Bytes about;
    std::optional<Bytes> sealed;          // the box: its custodian's records only
    std::optional<Digest> sealed_sha256;  // of the box, where the box itself is not at hand
    std::optional<Payload> original;
    std::optional<Anchor> anchor;
    bool operator==(const Object&) const = default;
};

// The lookup key of an object. Ids are public, so somebody else may have used the same one: kc, which only a holder of
// the study's secret could make, tells the two apart. Who was granted the secret holds it as well: several issuers may
// have granted objects of one name, and what else a record says is compared (keystore/objects.hpp).
struct ObjectName {
    Id id{};
    Digest kc{};
    bool operator==(const ObjectName&) const = default;
};
[[nodiscard]] inline ObjectName name_of(const Object& object) {
    return {object.id, object.kc};
}

// Whether the line is a record of any type and version.
[[nodiscard]] bool is_record(const json::Line& line);

// Whether the line is an object record at all, of any version.
[[nodiscard]] bool is_object(const json::Line& line);

// Throws Error (input) that names the member: one that is missing, of a wrong type, not canonical, or too large; a
// record of another version; a sealed_sha256 that is not the box's.
[[nodiscard]] Object read_object(const json::Line& line);

// The line's anchor; nothing where it has none. Throws Error (input).
[[nodiscard]] std::optional<Anchor> read_anchor(const json::Line& line);

// The whole record as one line, members in the order above, without a newline.
[[nodiscard]] std::string to_json(const Object& object);
[[nodiscard]] std::string to_json(const Anchor& anchor);

// The hash of the sealed box, from the box where it is at hand.
[[nodiscard]] std::optional<Digest> sealed_hash(const Object& object);

// What a leaf of the log commits to: RFC 8785 canonical JSON of
//     {"about_sha256","epoch","id","kc","msh","original":{"cid"},"payload":{"cid","size"},"profile","replaces",
//      "sealed_sha256","study","type"}
// with absent members left out. The record must have a CID, else Error (input).
[[nodiscard]] std::string committed_text(const Object& object);

// Splices into the line what the object has and the line lacks: CIDs and the anchor.
void add_missing(json::Line& line, const Object& known);

}  // namespace msh::record
