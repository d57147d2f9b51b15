#include "repair.hpp"

#include "cli/signals.hpp"
#include "ipfs/block_store.hpp"
#include "nodes/kubo.hpp"
#include "nodes/open_sources.hpp"

namespace msh {
namespace {

const ipfs::Layout& layout = ipfs::unixfs_v1_2025;

class StoreRepair final : public RepairTarget {
  public:
    explicit StoreRepair(const std::string& folder) : store_(folder, ipfs::BlockStore::Access::write) {}

    [[nodiscard]] bool has(const ipfs::PayloadName& payload) override {
        return ipfs::check_payload(payload, {&store_}, layout, 1, cli::is_signalled).ok();
    }
    void take(const ipfs::PayloadName& payload, ipfs::BlockFinder& from) override {
        ipfs::copy_payload(payload, from, layout,
                           [&](const ipfs::Cid& cid, ByteView block) { store_.put(cid, block); });
    }
    [[nodiscard]] std::vector<nodes::Refusal> settle() override {
        store_.sync();
        return {};
    }

  private:
    ipfs::BlockStore store_;
};

class NodeRepair final : public RepairTarget {
  public:
    NodeRepair(const http::ServerAddress& address, http::Client& client) : node_(address, client), writer_(node_) {}

    [[nodiscard]] bool has(const ipfs::PayloadName& payload) override {
        return node_.are_pinned({&payload.root, 1}).front();
    }
    void take(const ipfs::PayloadName& payload, ipfs::BlockFinder& from) override {
        nodes::NodeWriter::Sender sender(writer_);
        ipfs::copy_payload(payload, from, layout, std::ref(sender));
        sender.finish(payload);
    }
    [[nodiscard]] std::vector<nodes::Refusal> settle() override { return writer_.settle().refusals; }

  private:
    nodes::Kubo node_;
    nodes::NodeWriter writer_;
};

}  // namespace

std::unique_ptr<RepairTarget> RepairTarget::open(const http::ServerAddress& place, http::Client& client) {
    if (place.url.starts_with("http://") || place.url.starts_with("https://")) {
        return std::make_unique<NodeRepair>(place, client);
    }
    nodes::refuse_home(place.url);
    return std::make_unique<StoreRepair>(place.url);
}

}  // namespace msh
