#include "record/fields.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"

namespace msh::record {

Error missing(const std::string& path) {
    return {ErrorKind::input, "'" + path + "' is missing"};
}
Error wrong_type(const std::string& path) {
    return {ErrorKind::input, "'" + path + "' has the wrong type"};
}
Error bad_value(const std::string& path) {
    return {ErrorKind::input, "'" + path + "' has an invalid value"};
}

void require_version(const json::Line& line) {
    if (!line.has("msh")) throw Error(ErrorKind::input, "not a record: 'msh' is missing");
    if (line.number_of("msh") != 1) throw Error(ErrorKind::input, "unsupported record version");
}

std::uint64_t required_number(const json::Line& line, const std::string& path) {
    if (!line.has(path)) throw missing(path);
    const auto number = line.number_of(path);
    if (!number) throw wrong_type(path);
    if (*number > max_number) throw bad_value(path);
    return *number;
}

std::optional<std::string> optional_text(const json::Line& line, const std::string& path) {
    if (!line.has(path)) return std::nullopt;
    const auto text = line.text_of(path);
    if (!text) throw wrong_type(path);
    return std::string(*text);
}

std::string required_text(const json::Line& line, const std::string& path) {
    auto text = optional_text(line, path);
    if (!text) throw missing(path);
    return std::move(*text);
}

Id required_id(const json::Line& line, const std::string& path) {
    const auto id = array_from_hex<16>(required_text(line, path));
    if (!id) throw bad_value(path);
    return *id;
}

std::optional<Bytes> optional_bytes(const json::Line& line, const std::string& path) {
    if (!line.has(path)) return std::nullopt;
    const auto text = line.text_of(path);
    if (!text) throw wrong_type(path);
    auto bytes = from_base64(*text);
    if (!bytes) throw bad_value(path);
    return bytes;
}

std::optional<Digest> optional_digest(const json::Line& line, const std::string& path) {
    const auto bytes = optional_bytes(line, path);
    if (!bytes) return std::nullopt;
    Digest digest{};
    if (bytes->size() != digest.size()) throw bad_value(path);
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

Digest required_digest(const json::Line& line, const std::string& path) {
    const auto digest = optional_digest(line, path);
    if (!digest) throw missing(path);
    return *digest;
}

}  // namespace msh::record
