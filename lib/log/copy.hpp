// Copies a log: only the files that its checkpoint needs, named as in C2SP tlog-tiles. The folder may come from others,
// so symbolic links in it are not followed: they could copy another file of this machine into a public folder
// (log/tiles.hpp).
#pragma once

#include <filesystem>

#include "log/checkpoint.hpp"

namespace msh::log {

// Copies the log in `from` to `to`, which is created if missing. The checkpoint is read first and written last, so that
// the copy is complete even if the log grows meanwhile or the copying is killed. Every entry is compared with its tile,
// and the tree with the checkpoint's root. Error (failed) if the log is damaged or not signed by the key, or if files
// cannot be written.
void copy_log(const std::filesystem::path& from, const std::filesystem::path& to, const Trust& trust);

}  // namespace msh::log
