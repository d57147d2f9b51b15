#include "record/object.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/hash.hpp"
#include "json/line.hpp"
#include "json/write.hpp"
#include "record/fields.hpp"

namespace msh::record {
namespace {

constexpr std::uint64_t max_epoch = 0xffffffff;

// Profiles and CIDs go into canonical JSON as they are, so nothing in them may need escaping.
bool is_plain_word(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

// What is opened would end at a NUL.
bool is_path(std::string_view text) {
    return text.starts_with('/') && text.size() <= max_path && text.find('\0') == std::string_view::npos;
}

std::optional<Bytes> bytes_of(const json::Line& line, const std::string& path, std::size_t most) {
    auto bytes = optional_bytes(line, path);
    if (bytes && bytes->size() > most) throw Error(ErrorKind::input, "'" + path + "' is too long");
    return bytes;
}

std::optional<Payload> read_payload(const json::Line& line, const std::string& name) {
    const auto kind = line.kind_of(name);
    if (!kind) return std::nullopt;
    if (*kind != json::ValueKind::object) throw wrong_type(name);
    Payload payload;
    payload.size = required_number(line, name + ".size");
    payload.path = optional_text(line, name + ".path");
    payload.cid = optional_text(line, name + ".cid");
    if (payload.cid && !is_plain_word(*payload.cid, 128)) throw bad_value(name + ".cid");
    if (payload.path && !is_path(*payload.path)) throw bad_value(name + ".path");
    return payload;
}

std::string to_json(const Payload& payload) {
    std::string out = "{\"size\":" + std::to_string(payload.size);
    if (payload.path) out += ",\"path\":" + json::quote(*payload.path);
    if (payload.cid) out += ",\"cid\":\"" + *payload.cid + "\"";
    return out + "}";
}

void add_quoted(std::string& out, const char* name, std::string_view value) {
    out.append(",\"").append(name).append("\":\"").append(value).append("\"");
}

}  // namespace

std::optional<Anchor> read_anchor(const json::Line& line) {
    const auto kind = line.kind_of("anchor");
    if (!kind) return std::nullopt;
    if (*kind != json::ValueKind::object) throw wrong_type("anchor");
    Anchor anchor;
    anchor.origin = required_text(line, "anchor.origin");
    if (anchor.origin.empty() || anchor.origin.size() > 256 || !is_printable(anchor.origin))
        throw bad_value("anchor.origin");
    anchor.index = required_number(line, "anchor.index");
    anchor.salt = required_digest(line, "anchor.salt");
    anchor.proof = bytes_of(line, "anchor.proof", max_proof);
    return anchor;
}

bool is_record(const json::Line& line) {
    return line.number_of("msh") && line.text_of("type");
}

bool is_object(const json::Line& line) {
    return line.text_of("type") == "object";
}

Object read_object(const json::Line& line) {
    require_version(line);
    Object object;
    object.id = required_id(line, "id");
    object.study = required_id(line, "study");
    object.epoch = required_number(line, "epoch");
    if (object.epoch == 0 || object.epoch > max_epoch) throw bad_value("epoch");
    object.profile = required_text(line, "profile");
    if (!is_plain_word(object.profile, 32)) throw bad_value("profile");
    auto payload = read_payload(line, "payload");
    if (!payload) throw missing("payload");
    object.payload = std::move(*payload);
    object.kc = required_digest(line, "kc");
    object.replaces = optional_digest(line, "replaces");
    auto about = bytes_of(line, "about", max_box);
    if (!about) throw missing("about");
    object.about = std::move(*about);
    object.sealed = bytes_of(line, "sealed", max_box);
    object.sealed_sha256 = optional_digest(line, "sealed_sha256");
    if (object.sealed) {
        if (object.sealed_sha256 && *object.sealed_sha256 != crypto::sha256(*object.sealed)) {
            throw Error(ErrorKind::input, "'sealed_sha256' is not the hash of 'sealed'");
        }
        object.sealed_sha256.reset();
    }
    object.original = read_payload(line, "original");
    object.anchor = read_anchor(line);
    return object;
}

std::string to_json(const Anchor& anchor) {
    std::string out = "{\"origin\":" + json::quote(anchor.origin) + ",\"index\":" + std::to_string(anchor.index);
    add_quoted(out, "salt", to_base64(anchor.salt));
    if (anchor.proof) add_quoted(out, "proof", to_base64(*anchor.proof));
    return out + "}";
}

std::string to_json(const Object& object) {
    std::string out = "{\"msh\":1,\"type\":\"object\"";
    add_quoted(out, "id", to_hex(object.id));
    add_quoted(out, "study", to_hex(object.study));
    out += ",\"epoch\":" + std::to_string(object.epoch);
    add_quoted(out, "profile", object.profile);
    out += ",\"payload\":" + to_json(object.payload);
    add_quoted(out, "kc", to_base64(object.kc));
    if (object.replaces) add_quoted(out, "replaces", to_base64(*object.replaces));
    add_quoted(out, "about", to_base64(object.about));
    if (object.sealed) add_quoted(out, "sealed", to_base64(*object.sealed));
    if (object.sealed_sha256) add_quoted(out, "sealed_sha256", to_base64(*object.sealed_sha256));
    if (object.original) out += ",\"original\":" + to_json(*object.original);
    if (object.anchor) out += ",\"anchor\":" + to_json(*object.anchor);
    return out + "}";
}

std::optional<Digest> sealed_hash(const Object& object) {
    if (object.sealed) return crypto::sha256(*object.sealed);
    return object.sealed_sha256;
}

std::string committed_text(const Object& object) {
    if (!object.payload.cid) throw missing("payload.cid");
    std::string out = "{\"about_sha256\":\"" + to_base64(crypto::sha256(object.about)) + "\"";
    out += ",\"epoch\":" + std::to_string(object.epoch);
    add_quoted(out, "id", to_hex(object.id));
    add_quoted(out, "kc", to_base64(object.kc));
    out += ",\"msh\":1";
    if (object.original && object.original->cid) out += ",\"original\":{\"cid\":\"" + *object.original->cid + "\"}";
    out +=
        ",\"payload\":{\"cid\":\"" + *object.payload.cid + "\",\"size\":" + std::to_string(object.payload.size) + "}";
    add_quoted(out, "profile", object.profile);
    if (object.replaces) add_quoted(out, "replaces", to_base64(*object.replaces));
    if (const auto hash = sealed_hash(object)) add_quoted(out, "sealed_sha256", to_base64(*hash));
    add_quoted(out, "study", to_hex(object.study));
    add_quoted(out, "type", "object");
    return out + "}";
}

void add_missing(json::Line& line, const Object& known) {
    if (known.payload.cid && !line.has("payload.cid")) line.set("payload.cid", "\"" + *known.payload.cid + "\"");
    if (known.anchor && !line.has("anchor")) line.set("anchor", to_json(*known.anchor));
}

}  // namespace msh::record
