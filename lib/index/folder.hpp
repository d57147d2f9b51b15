// The folder that holds the segments: "<id in hex>.segment" each, beside ".lock" and the hidden temporary
// files of builds under way. Throws Error of kind `failed`.
#pragma once

#include <filesystem>
#include <vector>

#include "base/file.hpp"
#include "index/format.hpp"

namespace msh::index {

[[nodiscard]] std::filesystem::path segment_path(const std::filesystem::path& folder, const SegmentId& id);

// The ids of the finished segments, in no order; other files are passed over.
[[nodiscard]] std::vector<SegmentId> segments_in(const std::filesystem::path& folder);

// Removes the temporary files of builds that are no longer running, and leaves those of builds that are.
void remove_leftovers(const std::filesystem::path& folder);

// Held while a temporary file is made and locked, so that no sweep comes in between.
[[nodiscard]] FileLock lock_folder(const std::filesystem::path& folder);

}  // namespace msh::index
