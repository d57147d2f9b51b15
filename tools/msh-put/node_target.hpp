// An IPFS node, or the proxy of an IPFS Cluster, as a target (nodes/node_writer.hpp). Payloads that it has pinned are
// not sent again.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "keystore/targets.hpp"
#include "nodes/cluster.hpp"
#include "nodes/kubo.hpp"
#include "nodes/node_writer.hpp"
#include "target.hpp"

namespace msh {

class NodeTarget final : public Target {
  public:
    // The client and the header must outlive it.
    NodeTarget(const http::ServerAddress& address, http::Client& client);

    // settle() also waits until the cluster's REST API says that all chosen peers have the payloads: for `limit`, and
    // longer for large payloads. The proxy does not tell.
    void check_replication(std::unique_ptr<nodes::Cluster> cluster, std::chrono::seconds limit) {
        cluster_ = std::move(cluster);
        limit_ = limit;
    }

    // For a pinning service that fetches from it.
    [[nodiscard]] nodes::Kubo& node() noexcept { return node_; }

    [[nodiscard]] std::optional<std::string> name() const override { return keystore::node_target(url_); }
    [[nodiscard]] std::string label() const override { return url_; }
    [[nodiscard]] bool keeps() const override { return true; }
    [[nodiscard]] ipfs::BlockSource* source() override { return &node_; }
    [[nodiscard]] bool knows_by_itself() const override { return true; }
    [[nodiscard]] std::vector<bool> seem_to_be_there(std::span<const ipfs::Cid> roots) override;
    [[nodiscard]] bool has(const ipfs::PayloadName& payload) override;
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    [[nodiscard]] ipfs::Cid take_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<Refusal> settle() override;
    void wait_no_more() override { limit_ = std::chrono::seconds(0); }
    void finish(bool /*all_well*/, const std::function<void()>& /*between*/) override {}

  private:
    [[nodiscard]] bool is_replicating(const ipfs::Cid& root);
    [[nodiscard]] bool send_named(nodes::NodeWriter::Sender& sender, const PayloadFile& file, const ipfs::Cid& root);

    nodes::Kubo node_;
    std::string url_;
    nodes::NodeWriter writer_;
    std::unique_ptr<nodes::Cluster> cluster_;
    std::chrono::seconds limit_{0};
    std::mutex mutex_;
    // Pinned, but not yet on every peer that the cluster has chosen: nothing is sent, and the cluster is waited for.
    std::set<ipfs::Cid> replicating_;
};

}  // namespace msh
