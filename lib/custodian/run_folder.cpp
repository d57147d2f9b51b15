#include "custodian/run_folder.hpp"

#include <cerrno>
#include <chrono>
#include <sys/stat.h>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/random.hpp"
#include "keystore/objects.hpp"

namespace msh::custodian {
namespace fs = std::filesystem;
namespace {

constexpr const char* lock_name = "lock";
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

// Calls for each entry, until that says false; without a list of them, for there may be millions.
void for_each_entry(const fs::path& folder, const std::function<bool(const fs::path&)>& call) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        if (!call(entry->path())) return;
    }
}

// What is swept must be a run's own folder: a link may lead to anything.
bool is_run(const fs::path& folder) {
    std::error_code ignored;
    return array_from_hex<16>(folder.filename().string()) && fs::is_directory(fs::symlink_status(folder, ignored));
}

// Removes the folder unless it holds more than its lock. The lock goes first; whoever waits for it finds a folder that
// is gone, which a sweep passes over.
void remove_if_empty(const fs::path& folder) {
    bool is_empty = true;
    for_each_entry(folder, [&](const fs::path& entry) { return is_empty = entry.filename() == lock_name; });
    if (!is_empty) return;
    std::error_code ignored;
    fs::remove(folder / lock_name, ignored);
    fs::remove(folder, ignored);
}

void sweep_run(const fs::path& folder, const std::function<bool(const Id& object)>& keep,
               const std::optional<std::chrono::hours>& kept) {
    std::error_code ignored;
    // A folder without its lock is being made or removed right now, or its run was killed while it did that.
    if (!fs::exists(folder / lock_name, ignored)) {
        fs::remove(folder, ignored);
        return;
    }
    const auto lock = FileLock::try_lock(folder / lock_name);
    if (!lock) return;
    const bool is_old = kept && !was_written_within(folder, *kept);
    for_each_entry(folder, [&](const fs::path& file) {
        if (file.filename() == lock_name) return true;
        const auto object = array_from_hex<16>(file.filename().string());
        const bool is_kept =
            object ? !is_old && keep(*object) : unfinished_object(file) && was_written_within(file, unfinished_kept);
        if (!is_kept) fs::remove(file, ignored);
        return true;
    });
    remove_if_empty(folder);
}

}  // namespace

RunFolder::RunFolder(const fs::path& parent) {
    make_folder(parent, 0700);
    // A sweep may take the folder for one of a killed run as long as it has no lock.
    do {
        path_ = parent / to_hex(crypto::random_id());
        // Not synced: what lies in it is, before a record promises it.
        if (::mkdir(path_.c_str(), 0700) != 0) throw system_error("cannot make a folder for this run", errno);
    } while (!take_lock());
}

bool RunFolder::take_lock() {
    std::error_code ignored;
    try {
        lock_.emplace(path_ / lock_name);
    } catch (const Error&) {
        if (fs::exists(path_, ignored)) throw;
    }
    return fs::exists(path_ / lock_name, ignored);
}

RunFolder::~RunFolder() {
    remove_if_empty(path_);
}

fs::path RunFolder::place(const Id& object) const {
    return path_ / to_hex(object);
}

fs::path RunFolder::unfinished(const Id& object) const {
    return path_ / (to_hex(object) + unfinished_suffix);
}

void RunFolder::sweep(const fs::path& parent, const std::function<bool(const Id& object)>& keep,
                      const std::optional<std::chrono::hours>& kept) {
    for_each_entry(parent, [&](const fs::path& folder) {
        if (!is_run(folder)) return true;
        try {
            sweep_run(folder, keep, kept);
        } catch (const Error&) {
            // removed by another sweep meanwhile
        }
        return true;
    });
}

void sweep_spool(const fs::path& spool, keystore::Keystore& keystore) {
    keystore::Objects objects(keystore);
    RunFolder::sweep(spool, [&](const Id& id) {
        const auto record = objects.get(id);
        return record && record->payload.path;
    });
}

void sweep_fetched(const fs::path& parent) {
    RunFolder::sweep(
        parent, [](const Id&) { return true; }, fetched_kept);
}

FormerRuns::FormerRuns(const fs::path& parent, const fs::path& own) {
    std::multimap<fs::file_time_type, fs::path, std::greater<>> folders;
    for_each_entry(parent, [&](const fs::path& folder) {
        std::error_code error;
        const auto written = fs::last_write_time(folder, error);
        if (!error && folder != own) folders.emplace(written, folder);
        return true;
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
    for_each_entry(parent, [&](const fs::path& folder) {
        std::map<Id, fs::path> found;
        for_each_entry(folder, [&](const fs::path& file) {
            if (const auto object = unfinished_object(file)) found.emplace(*object, file);
            return true;
        });
        const bool has_room = locks_.size() < files_at_once(max_locks);
        if (found.empty() || !has_room || !take_lock(folder)) return true;
        files_.merge(found);
        return true;
    });
}

bool UnfinishedFiles::take_lock(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / lock_name, ignored)) return false;
    try {
        auto lock = FileLock::try_lock(folder / lock_name);
        if (lock) locks_.push_back(std::move(*lock));
        return lock.has_value();
    } catch (const Error&) {
        return false;  // removed by a sweep meanwhile
    }
}

bool UnfinishedFiles::take_over(const Id& object, const fs::path& place) {
    const auto found = files_.find(object);
    if (found == files_.end()) return false;
    std::error_code error;
    fs::rename(found->second, place, error);
    return !error;
}

}  // namespace msh::custodian
