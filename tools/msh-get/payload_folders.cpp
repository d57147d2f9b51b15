#include "payload_folders.hpp"

#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "record/object.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_folders = 64;  // each holds a descriptor

ipfs::PayloadRef payload_of(const record::Object& object) {
    if (!object.payload.cid) throw Error(ErrorKind::input, "'payload.cid' is missing", "run msh-put first");
    const auto cid = ipfs::Cid::parse(*object.payload.cid);
    if (!cid) throw Error(ErrorKind::input, "'payload.cid' has an invalid value");
    return {*cid, object.payload.size};
}

bool is_payload(const fs::path& file, const ipfs::PayloadRef& payload) {
    try {
        return ipfs::compute_root(file, payload.size, ipfs::unixfs_v1_2025, worker_count()).root == payload.root;
    } catch (const Error&) {
        return false;  // a part, or of another size
    }
}

}  // namespace

PayloadFolders::PayloadFolders(fs::path parent) : parent_(std::move(parent)) {
    folders_.emplace_back(parent_);
}

std::vector<SamePayload> PayloadFolders::group(const std::vector<cli::Item*>& items) {
    std::vector<SamePayload> groups;
    std::map<std::tuple<Id, std::string, std::uint64_t>, std::size_t> places;
    std::map<Id, std::size_t> free;  // the first folder that no payload of this batch has
    for (cli::Item* const item : items) {
        const record::Object& object = *item->object;
        try {
            const ipfs::PayloadRef payload = payload_of(object);
            const auto [place, is_new] =
                places.try_emplace({object.id, payload.root.text(), payload.size}, groups.size());
            if (is_new) {
                const std::size_t folder = find(object.id, payload, free[object.id]);
                free[object.id] = folder + 1;
                groups.push_back({payload, {}, &folders_[folder]});
            }
            groups[place->second].items.push_back(item);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input) throw;
            item->fail(error);
        }
    }
    return groups;
}

std::size_t PayloadFolders::find(const Id& object, const ipfs::PayloadRef& payload, std::size_t from) {
    for (std::size_t number = from; number < max_folders; ++number) {
        if (number == folders_.size()) folders_.emplace_back(parent_);
        const fs::path place = folders_[number].place(object);
        std::error_code ignored;
        if (!fs::exists(place, ignored) || is_payload(place, payload)) return number;
    }
    throw Error(ErrorKind::input, "the object has too many payloads for one run", "fetch them in several runs");
}

}  // namespace msh
