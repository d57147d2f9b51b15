#include "storage/archive_target.hpp"

#include <system_error>

#include "ipfs/directory.hpp"
#include "storage/target_name.hpp"

namespace msh::storage {
namespace fs = std::filesystem;
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

}  // namespace

ArchiveTarget::ArchiveTarget(const fs::path& file) : car_(ipfs::open_car(file)) {
    std::error_code ignored;
    const bool is_stream = file == "-" || (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored));
    if (!is_stream) name_ = archive_name(file);
}

ipfs::Cid ArchiveTarget::store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) {
    require_cid(file, expected);
    const ipfs::Cid root = ipfs::build_payload(file.path, file.size, layout, 1,
                                               [&](const ipfs::Cid& cid, ByteView block) { car_->put(cid, block); });
    add_root(root);
    return root;
}

void ArchiveTarget::copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& from) {
    ipfs::copy_payload(payload, from, layout, [&](const ipfs::Cid& cid, ByteView block) { car_->put(cid, block); });
    add_root(payload.root);
}

ipfs::Cid ArchiveTarget::store_directory(std::span<const ipfs::Link> entries) {
    const ipfs::Cid root =
        ipfs::build_directory(entries, [&](const ipfs::Cid& cid, ByteView block) { car_->put(cid, block); });
    add_root(root);
    return root;
}

void ArchiveTarget::add_root(const ipfs::Cid& root) {
    car_->add_root(root);
    is_empty_ = false;
}

void ArchiveTarget::close(bool all_well, const std::function<void()>& between) {
    if (all_well || !is_empty_) car_->finish(between);
}

}  // namespace msh::storage
