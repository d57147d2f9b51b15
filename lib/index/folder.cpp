#include "index/folder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace msh::index {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view suffix = ".segment";
constexpr std::string_view lock_name = ".lock";

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

// Whether this is how AtomicFile calls a segment before it is finished.
bool is_temporary(const std::string& name) {
    const std::size_t digits = 2 * sizeof(SegmentId);
    return name.size() > 1 + digits + suffix.size() && name.front() == '.' && name.ends_with(".tmp") &&
           id_of(name.substr(1, digits + suffix.size())).has_value();
}

}  // namespace

fs::path segment_path(const fs::path& folder, const SegmentId& id) {
    return folder / (to_hex(id) + std::string(suffix));
}

std::vector<SegmentId> segments_in(const fs::path& folder) {
    std::vector<SegmentId> ids;
    for (const std::string& name : names_in(folder)) {
        if (const auto id = id_of(name)) ids.push_back(*id);
    }
    return ids;
}

void remove_leftovers(const fs::path& folder) {
    const FileLock sweeping = lock_folder(folder);
    for (const std::string& name : names_in(folder)) {
        if (!is_temporary(name)) continue;
        const auto dead = FileLock::try_lock(folder / name);
        if (dead) ::unlink((folder / name).c_str());
    }
}

FileLock lock_folder(const fs::path& folder) {
    return FileLock(folder / lock_name);
}

}  // namespace msh::index
