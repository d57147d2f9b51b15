#include "lifecycle/identity_file.hpp"

#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/private_file.hpp"
#include "base/text.hpp"
#include "crypto/age_armor.hpp"
#include "crypto/age_header.hpp"

namespace msh::lifecycle {
namespace {

constexpr std::size_t max_identity_file = std::size_t{64} << 10;

// Why there is no identity to use in the file.
Error no_identity(std::string_view text) {
    const std::string_view start = text.substr(0, crypto::armor_begin_line.size());
    if ((!start.empty() && crypto::may_begin_age_header(as_bytes(start))) ||
        edited_line(start) == crypto::armor_begin_line) {
        return {ErrorKind::usage, "the identity file is encrypted",
                "decrypt it first, as in --identity <(age -d FILE)"};
    }
    for (const std::string_view line : edited_lines(text)) {
        if (!line.starts_with("AGE-PLUGIN-")) continue;
        return {ErrorKind::usage, "the identity belongs to an age plugin, which msh does not support",
                "re-encrypt the backup: age -d -i FILE BACKUP | age -r RECIPIENT -o BACKUP2"};
    }
    return {ErrorKind::usage, "there is no age identity in the identity file"};
}

}  // namespace

std::vector<crypto::AgeIdentity> read_identities(const std::string& file) {
    const auto text = read_private_file(file, max_identity_file);
    if (!text) throw Error(ErrorKind::usage, "there is no identity file");
    std::vector<crypto::AgeIdentity> identities;
    for (const std::string_view line : edited_lines(as_text(*text))) {
        if (const auto identity = crypto::AgeIdentity::parse(line)) identities.push_back(*identity);
    }
    if (identities.empty()) throw no_identity(as_text(*text));
    return identities;
}

}  // namespace msh::lifecycle
