#include "storage/fetch_folders.hpp"

#include <cerrno>
#include <cstdio>
#include <map>
#include <string>
#include <system_error>
#include <tuple>
#include <unistd.h>
#include <utility>

#include "base/attempt.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "storage/request.hpp"

namespace msh::storage {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_folders = 64;  // each holds a descriptor

// Not a part of it, nor another payload of the object.
bool is_payload(const fs::path& file, const ipfs::PayloadRef& payload, unsigned workers) {
    try {
        return ipfs::compute_root(file, payload.size, ipfs::unixfs_v1_2025, workers).root == payload.root;
    } catch (const Error&) {
        return false;  // of another size, or gone meanwhile
    }
}

}  // namespace

FetchFolders::FetchFolders(const fs::path& parent)
    : parent_(parent), former_(parent, folders_.emplace_back(parent).path()), unfinished_(parent) {}

std::vector<PayloadGroup> FetchFolders::group(std::span<FetchRequest> requests) {
    std::vector<PayloadGroup> groups;
    std::map<std::tuple<Id, std::string, std::uint64_t>, std::size_t> known;
    std::map<Id, std::size_t> free;  // the first folder that no payload of these requests has
    for (FetchRequest& request : requests) {
        msh::attempt(request.error, [&] {
            const Id& object = request.object.id;
            const ipfs::PayloadRef payload = payload_of(request.object);
            const std::tuple key(object, payload.root.text(), payload.size);
            auto number = known.find(key);
            if (number == known.end()) {
                const std::size_t folder = find_folder(object, payload, free[object]);
                free[object] = folder + 1;
                number = known.emplace(key, groups.size()).first;
                groups.push_back({payload, {}, &folders_[folder]});
            }
            groups[number->second].requests.push_back(&request);
        });
    }
    return groups;
}

// The number of the first folder from this one on where the object has no other payload.
std::size_t FetchFolders::find_folder(const Id& object, const ipfs::PayloadRef& payload, std::size_t from) {
    for (std::size_t number = from; number < max_folders; ++number) {
        if (number == folders_.size()) folders_.emplace_back(parent_);
        const fs::path place = folders_[number].place(object);
        std::error_code ignored;
        if (!fs::exists(place, ignored) || is_payload(place, payload, worker_count())) return number;
    }
    throw Error(ErrorKind::input, "the object has too many payloads for one run", "fetch them in several runs");
}

bool FetchFolders::link_former(const PayloadGroup& group, unsigned workers) const {
    for (const fs::path& file : former_.places(group.object())) {
        if (is_payload(file, group.payload, workers) && ::link(file.c_str(), group.place().c_str()) == 0) return true;
    }
    return false;
}

fs::path FetchFolders::take_unfinished(const PayloadGroup& group) {
    fs::path file = group.folder->unfinished(group.object());
    (void)unfinished_.take_over(group.object(), file);
    return file;
}

void FetchFolders::finish(const PayloadGroup& group) {
    const fs::path place = group.place();
    if (std::rename(group.folder->unfinished(group.object()).c_str(), place.c_str()) == 0) return;
    if (errno != ENOENT || ::access(place.c_str(), F_OK) != 0)
        throw system_error("cannot rename a fetched payload", errno);
}

}  // namespace msh::storage
