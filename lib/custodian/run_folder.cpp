#include "custodian/run_folder.hpp"

#include <chrono>
#include <functional>
#include <system_error>
#include <utility>

#include "base/encoding.hpp"
#include "keystore/objects.hpp"

namespace msh::custodian {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_locks = 256;
constexpr const char* unfinished_suffix = ".unfinished";
constexpr std::chrono::hours unfinished_kept{7 * 24};

// The object of an unfinished file.
std::optional<Id> unfinished_object(const fs::path& file) {
    return file.extension() == unfinished_suffix ? array_from_hex<16>(file.stem().string()) : std::nullopt;
}

// Of a folder: when something in it last came or went.
bool was_written_within(const fs::path& path, std::chrono::hours time) {
    std::error_code error;
    const auto written = fs::last_write_time(path, error);
    return !error && fs::file_time_type::clock::now() - written < time;
}

fs::path made(const fs::path& parent) {
    make_folder(parent, 0700);
    return parent;
}

}  // namespace

RunFolder::RunFolder(const fs::path& parent) : folder_(made(parent)) {}

fs::path RunFolder::place(const Id& object) const {
    return path() / to_hex(object);
}

fs::path RunFolder::unfinished(const Id& object) const {
    return path() / (to_hex(object) + unfinished_suffix);
}

void RunFolder::sweep(const fs::path& parent, const std::function<bool(const Id& object)>& is_needed,
                      const std::optional<std::chrono::hours>& max_age) {
    LockedFolder::sweep(parent, [&](const fs::path& folder) -> LockedFolder::Keep {
        const bool is_old = max_age && !was_written_within(folder, *max_age);
        return [&is_needed, is_old](const fs::path& file) {
            if (const auto object = array_from_hex<16>(file.filename().string())) return !is_old && is_needed(*object);
            return unfinished_object(file) && was_written_within(file, unfinished_kept);
        };
    });
}

void sweep_spool(const fs::path& spool, keystore::Keystore& keystore) {
    keystore::Objects objects(keystore);
    RunFolder::sweep(spool, [&](const Id& id) {
        const auto record = objects.get(id);
        return record && record->payload.path;
    });
}

bool has_payload(const fs::path& parent, const std::function<bool(const Id& object)>& is_wanted) {
    bool found = false;
    LockedFolder::for_each_entry(parent, [&](const fs::path& folder) {
        LockedFolder::for_each_entry(folder, [&](const fs::path& file) {
            const auto object = array_from_hex<16>(file.filename().string());
            found = found || (object && is_wanted(*object));
        });
    });
    return found;
}

void sweep_fetched(const fs::path& parent) {
    RunFolder::sweep(
        parent, [](const Id&) { return true; }, fetched_kept);
}

FormerRuns::FormerRuns(const fs::path& parent, const fs::path& own) {
    std::multimap<fs::file_time_type, fs::path, std::greater<>> folders;
    LockedFolder::for_each_entry(parent, [&](const fs::path& folder) {
        std::error_code error;
        const auto written = fs::last_write_time(folder, error);
        if (!error && folder != own) folders.emplace(written, folder);
    });
    for (auto& [written, folder] : folders)
        folders_.push_back(std::move(folder));
}

std::vector<fs::path> FormerRuns::places(const Id& object) const {
    const std::string name = to_hex(object);
    std::vector<fs::path> places;
    for (const fs::path& folder : folders_) {
        std::error_code ignored;
        if (fs::is_regular_file(fs::symlink_status(folder / name, ignored))) places.push_back(folder / name);
    }
    return places;
}

UnfinishedFiles::UnfinishedFiles(const fs::path& parent) {
    const std::size_t max_runs = files_at_once(max_locks);
    LockedFolder::for_each_entry(parent, [&](const fs::path& folder) {
        std::map<Id, fs::path> found;
        LockedFolder::for_each_entry(folder, [&](const fs::path& file) {
            if (const auto object = unfinished_object(file)) found.emplace(*object, file);
        });
        if (found.empty() || locks_.size() >= max_runs) return;
        auto lock = LockedFolder::take_over(folder);
        if (!lock) return;
        locks_.push_back(std::move(*lock));
        files_.merge(found);
    });
}

bool UnfinishedFiles::take_over(const Id& object, const fs::path& place) {
    const auto found = files_.find(object);
    if (found == files_.end()) return false;
    std::error_code error;
    fs::rename(found->second, place, error);
    return !error;
}

}  // namespace msh::custodian
