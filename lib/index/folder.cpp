#include "index/folder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace msh::index {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view suffix = ".segment";

// The id of a file that is named like a segment.
std::optional<SegmentId> id_of(const std::string& name) {
    if (!name.ends_with(suffix)) return std::nullopt;
    return array_from_hex<32>(std::string_view(name).substr(0, name.size() - suffix.size()));
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        names.push_back(at->path().filename().string());
    }
    if (error) throw system_error("cannot list the index folder", error.value());
    return names;
}

}  // namespace

fs::path segment_path(const fs::path& folder, const SegmentId& id) {
    return folder / (to_hex(id) + std::string(suffix));
}

Segment open_segment(const fs::path& folder, const SegmentInfo& info) {
    return {std::make_unique<PageFile>(segment_path(folder, info.id)), info};
}

std::vector<SegmentId> segments_in(const fs::path& folder) {
    std::vector<SegmentId> ids;
    for (const std::string& name : names_in(folder)) {
        if (const auto id = id_of(name)) ids.push_back(*id);
    }
    return ids;
}

}  // namespace msh::index
