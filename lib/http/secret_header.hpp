// Credentials for a server, read from a file: secrets must not be given as arguments.
//
//     SecretBytes header = read_header_file("/run/credentials/node");      // a line "Authorization: Bearer ..."
//     SecretBytes header = read_token_file("/run/credentials/pins");       // a line that is the token
//     client.ask({.url = url, .secret_header = &header, ...});
//
// Throws Error, kind `failed`, when the file cannot be read, and when it is not one such line; kind `usage` when others
// may read it (base/private_file.hpp).
#pragma once

#include <filesystem>

#include "base/secret.hpp"

namespace msh::http {

[[nodiscard]] SecretBytes read_header_file(const std::filesystem::path& file);
// Gives "Authorization: Bearer TOKEN" (RFC 6750).
[[nodiscard]] SecretBytes read_token_file(const std::filesystem::path& file);

}  // namespace msh::http
