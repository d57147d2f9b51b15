// The files of a log's folder, which others may read: folders 0755, files 0644, less the umask; each under its name
// only when it is whole. There is one writer, so one temporary file serves (".new" in the folder), and a killed writer
// leaves at most that one behind. Errors are of kind `failed`.
#pragma once

#include <filesystem>
#include <string>

#include "base/bytes.hpp"

namespace msh::log {

// With its missing parents.
void make_public_folder(const std::filesystem::path& path);

// Writes `name` within `folder`, replacing what is there. Visible at once, durable after the next sync of the
// file system.
void write_public_file(const std::filesystem::path& folder, const std::string& name, ByteView bytes);
// The same, and durable: the file before it gets its name, and the name (of a file directly in `folder`).
void write_public_file_durably(const std::filesystem::path& folder, const std::string& name, ByteView bytes);

}  // namespace msh::log
