#include "keystore/projects.hpp"

#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/random.hpp"

namespace msh::keystore {
namespace {

// C0, delete, and C1, which UTF-8 writes as C2 80 to C2 9F.
bool has_control_character(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
    }
    return false;
}

Place place_of(std::string_view name) {
    return Place("project", "key_wrapped").part(as_bytes(name));
}

std::optional<Key> find(Keystore& keystore, std::string_view name) {
    db::Query row = keystore.database().query("SELECT key_wrapped FROM project WHERE name = ?1", {name});
    if (!row.next()) return std::nullopt;
    return keystore.unwrap_key(place_of(name), row.bytes(0));
}

}  // namespace

Key Projects::pseudonym_key(std::string_view name) {
    if (name.empty() || name.size() > 64 || !is_valid_utf8(name) || has_control_character(name)) {
        throw Error(ErrorKind::usage, "a project's name is 1 to 64 bytes of UTF-8 without control characters");
    }
    if (auto known = find(keystore_, name)) return *known;
    Transaction transaction(keystore_);
    if (auto known = find(keystore_, name)) return *known;
    const Key key = crypto::random_key();
    keystore_.database().run("INSERT INTO project (name, key_wrapped) VALUES (?1, ?2)",
                             {name, keystore_.wrap(place_of(name), key.view())});
    transaction.commit();
    return key;
}

std::vector<std::string> Projects::names() {
    std::vector<std::string> names;
    db::Query rows = keystore_.database().query("SELECT name FROM project ORDER BY name");
    while (rows.next())
        names.emplace_back(rows.text(0));
    return names;
}

}  // namespace msh::keystore
