// The folder that holds the segments: "<id in hex>.segment" each, beside the hidden temporary files of builds under
// way. Throws Error of kind `failed`.
#pragma once

#include <filesystem>
#include <vector>

#include "index/format.hpp"
#include "index/segment.hpp"

namespace msh::index {

[[nodiscard]] std::filesystem::path segment_path(const std::filesystem::path& folder, const SegmentId& id);

// Opens a segment of the folder for reading.
[[nodiscard]] Segment open_segment(const std::filesystem::path& folder, const SegmentInfo& info);

// The ids of the finished segments, in no order; other files are passed over.
[[nodiscard]] std::vector<SegmentId> segments_in(const std::filesystem::path& folder);

}  // namespace msh::index
