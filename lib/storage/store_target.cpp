#include "storage/store_target.hpp"

#include <system_error>

#include "base/error.hpp"
#include "ipfs/directory.hpp"
#include "nodes/open_sources.hpp"
#include "storage/target_name.hpp"

namespace msh::storage {
namespace fs = std::filesystem;
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

bool is_absent_or_empty(const fs::path& folder) {
    std::error_code error;
    const bool is_empty = fs::is_empty(folder, error);
    return error ? error == std::errc::no_such_file_or_directory : is_empty;
}

}  // namespace

StoreTarget::StoreTarget(const fs::path& folder, const fs::path& own_store, ipfs::IsOver is_over)
    : folder_(folder), name_(store_name(folder, own_store)), is_over_(std::move(is_over)) {
    nodes::refuse_home(folder);
}

void StoreTarget::open(bool has_payloads) {
    if (has_payloads && is_absent_or_empty(folder_)) {
        throw Error(ErrorKind::failed, "'" + folder_.string() + "' is missing or empty, but payloads were put into it",
                    "mount it; if it is lost, recreate it with msh-put --repair --store DIR --from PLACE");
    }
    store_.emplace(folder_, ipfs::BlockStore::Access::write);
}

std::vector<bool> StoreTarget::find_present(std::span<const ipfs::Cid> roots) {
    std::vector<bool> there;
    for (const ipfs::Cid& root : roots)
        there.push_back(store_->has(root));
    return there;
}

bool StoreTarget::holds(const ipfs::PayloadRef& payload) {
    return ipfs::check_payload(payload, {&*store_}, layout, 1, is_over_).ok();
}

ipfs::Cid StoreTarget::store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) {
    require_cid(file, expected);
    return ipfs::store_payload(file.path, file.size, file.mode, *store_, layout, file.workers);
}

void StoreTarget::copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& from) {
    ipfs::copy_payload(payload, from, layout, [&](const ipfs::Cid& cid, ByteView block) { store_->put(cid, block); });
}

ipfs::Cid StoreTarget::store_directory(std::span<const ipfs::Link> entries) {
    return ipfs::build_directory(entries, [&](const ipfs::Cid& cid, ByteView block) { store_->put(cid, block); });
}

std::vector<PinRefusal> StoreTarget::commit() {
    store_->sync();
    return {};
}

}  // namespace msh::storage
