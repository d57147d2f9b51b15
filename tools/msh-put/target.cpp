#include "target.hpp"

#include "keystore/targets.hpp"

namespace msh {
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

}  // namespace

StoreTarget::StoreTarget(const std::filesystem::path& folder)
    : name_(keystore::store_target(folder)), store_(folder, ipfs::BlockStore::Access::write) {}

bool StoreTarget::has(const ipfs::PayloadName& payload) {
    return ipfs::check_payload(payload, {&store_}, layout, 1).ok();
}

ipfs::Cid StoreTarget::take(const PayloadFile& file) {
    return ipfs::store_payload(file.path, file.size, file.taking, store_, layout, 1);
}

void StoreTarget::take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) {
    ipfs::copy_payload(payload, from, layout, 1, [&](const ipfs::Cid& cid, ByteView block) { store_.put(cid, block); });
}

CarTarget::CarTarget(const std::filesystem::path& file) : car_(ipfs::open_car(file)) {
    if (file != "-") name_ = "car:" + std::filesystem::absolute(file).lexically_normal().string();
}

ipfs::Cid CarTarget::take(const PayloadFile& file) {
    const ipfs::Cid root = ipfs::build_payload(file.path, file.size, layout, 1,
                                               [&](const ipfs::Cid& cid, ByteView block) { car_->put(cid, block); });
    car_->add_root(root);
    return root;
}

void CarTarget::take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) {
    ipfs::copy_payload(payload, from, layout, 1, [&](const ipfs::Cid& cid, ByteView block) { car_->put(cid, block); });
    car_->add_root(payload.root);
}

}  // namespace msh
