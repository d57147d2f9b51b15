// Secrets that a user names by a file: passphrases, identities, tokens.
//
//     auto text = read_private_file(path, 4096);
//
// A file that its group or others may read is refused, as ssh does with a key: it is no secret. What a service manager
// put into $CREDENTIALS_DIRECTORY is protected by the folder, whatever its mode says (systemd.exec(5)), and pipes have
// no other readers.
#pragma once

#include <filesystem>
#include <optional>

#include "base/secret.hpp"

namespace msh {

// The whole file, at most `limit` bytes; nothing when it does not exist. Error as read_secret_file (base/file.hpp), and
// of kind `usage` for a regular file that others may read.
[[nodiscard]] std::optional<SecretBytes> read_private_file(const std::filesystem::path& path, std::size_t limit);

}  // namespace msh
