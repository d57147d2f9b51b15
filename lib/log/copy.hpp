// Copying a log: what its checkpoint needs and nothing else, by the names of C2SP tlog-tiles. Whoever made the folder may
// have put anything into it; a link there does not bring another file of this machine into a public folder (tiles.hpp).
#pragma once

#include <filesystem>

#include "log/checkpoint.hpp"

namespace msh::log {

// Copies the log in `from` into `to`, which is made when it is missing. The checkpoint is read first and written last,
// so that all it promises is there, also when the log grows meanwhile or the copying is killed; every entry is read
// against its tile, and the whole against the root. Error of kind `failed`: for a log that is damaged or not signed by
// the key, and when files cannot be written.
void copy_log(const std::filesystem::path& from, const std::filesystem::path& to, const Trust& trust);

}  // namespace msh::log
