#include "target.hpp"

#include <numeric>

#include "base/error.hpp"
#include "cli/signals.hpp"
#include "ipfs/directory.hpp"
#include "keystore/targets.hpp"
#include "nodes/open_sources.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

bool is_absent_or_empty(const fs::path& folder) {
    std::error_code error;
    const bool is_empty = fs::is_empty(folder, error);
    return error ? error == std::errc::no_such_file_or_directory : is_empty;
}

}  // namespace

void require_wanted(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) {
    if (!wanted || file.named) return;
    if (ipfs::name_payload(file.path, file.size, layout, file.workers).root != *wanted) {
        throw Error(ErrorKind::input, "'payload.cid' is not the payload's CID");
    }
}

std::uint64_t size_below(std::span<const ipfs::Link> entries) {
    return std::accumulate(entries.begin(), entries.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const ipfs::Link& entry) { return sum + entry.total_size; });
}

StoreTarget::StoreTarget(const fs::path& folder, const fs::path& own_store)
    : folder_(folder), name_(keystore::store_target(folder, own_store)) {
    nodes::refuse_home(folder);
}

void StoreTarget::open(bool has_payloads) {
    if (has_payloads && is_absent_or_empty(folder_)) {
        throw Error(ErrorKind::failed, "'" + folder_.string() + "' is missing or empty, but payloads were put into it",
                    "mount it; if it is lost, msh-put --repair --store DIR --from PLACE makes it again");
    }
    store_.emplace(folder_, ipfs::BlockStore::Access::write);
}

std::vector<bool> StoreTarget::seem_to_be_there(std::span<const ipfs::Cid> roots) {
    std::vector<bool> there;
    for (const ipfs::Cid& root : roots)
        there.push_back(store_->has(root));
    return there;
}

std::vector<Refusal> StoreTarget::settle() {
    store_->sync();
    return {};
}

bool StoreTarget::has(const ipfs::PayloadName& payload) {
    return ipfs::check_payload(payload, {&*store_}, layout, 1, cli::is_signalled).ok();
}

ipfs::Cid StoreTarget::take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) {
    require_wanted(file, wanted);
    return ipfs::store_payload(file.path, file.size, file.taking, *store_, layout, file.workers);
}

void StoreTarget::take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) {
    ipfs::copy_payload(
        payload, from, layout, 1, [&](const ipfs::Cid& cid, ByteView block) { store_->put(cid, block); },
        cli::is_signalled);
}

ipfs::Cid StoreTarget::take_directory(std::span<const ipfs::Link> entries) {
    return ipfs::build_directory(entries, [&](const ipfs::Cid& cid, ByteView block) { store_->put(cid, block); });
}

CarTarget::CarTarget(const fs::path& file) : car_(ipfs::open_car(file)) {
    std::error_code ignored;
    const bool is_stream = file == "-" || (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored));
    if (!is_stream) name_ = keystore::archive_target(file);
}

ipfs::Cid CarTarget::take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) {
    require_wanted(file, wanted);
    const ipfs::Cid root = ipfs::build_payload(file.path, file.size, layout, 1,
                                               [&](const ipfs::Cid& cid, ByteView block) { car_->put(cid, block); });
    add_root(root);
    return root;
}

void CarTarget::take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) {
    ipfs::copy_payload(
        payload, from, layout, 1, [&](const ipfs::Cid& cid, ByteView block) { car_->put(cid, block); },
        cli::is_signalled);
    add_root(payload.root);
}

ipfs::Cid CarTarget::take_directory(std::span<const ipfs::Link> entries) {
    const ipfs::Cid root =
        ipfs::build_directory(entries, [&](const ipfs::Cid& cid, ByteView block) { car_->put(cid, block); });
    add_root(root);
    return root;
}

void CarTarget::add_root(const ipfs::Cid& root) {
    car_->add_root(root);
    is_empty_ = false;
}

void CarTarget::finish(bool all_well, const std::function<void()>& between) {
    if (all_well || !is_empty_) car_->finish(between);
}

}  // namespace msh
