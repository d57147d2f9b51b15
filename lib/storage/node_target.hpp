// An IPFS node, or the proxy of an IPFS Cluster, as a target (nodes/node_writer.hpp). Payloads that it has pinned are
// not sent again. Errors as in storage/target.hpp.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/program.hpp"
#include "nodes/cluster.hpp"
#include "nodes/kubo.hpp"
#include "nodes/node_writer.hpp"
#include "storage/target.hpp"
#include "storage/target_name.hpp"

namespace msh::storage {

class NodeTarget final : public Target {
  public:
    // The client, the header and the program must outlive it.
    NodeTarget(const http::ServerAddress& address, http::Client& client, Program& program);

    // commit() also waits until the cluster's REST API says that all chosen peers have the payloads: for `limit`, and
    // longer for large payloads. The cluster's proxy does not report that.
    void check_replication(std::unique_ptr<nodes::Cluster> cluster, std::chrono::seconds limit) {
        cluster_ = std::move(cluster);
        limit_ = limit;
    }

    // For a pinning service that fetches from it.
    [[nodiscard]] nodes::Kubo& node() noexcept { return node_; }

    [[nodiscard]] std::optional<std::string> keystore_name() const override { return node_name(url_); }
    [[nodiscard]] std::string label() const override { return url_; }
    [[nodiscard]] bool is_lasting() const override { return true; }
    [[nodiscard]] ipfs::BlockSource* source() override { return &node_; }
    [[nodiscard]] bool is_asked_by_cid() const override { return true; }
    [[nodiscard]] std::vector<bool> find_present(std::span<const ipfs::Cid> roots) override;
    [[nodiscard]] bool holds(const ipfs::PayloadRef& payload) override;
    [[nodiscard]] ipfs::Cid store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) override;
    void copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& from) override;
    [[nodiscard]] ipfs::Cid store_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<PinRefusal> commit() override;
    void stop_waiting() override { limit_ = std::chrono::seconds(0); }

  private:
    [[nodiscard]] bool is_replicating(const ipfs::Cid& root);
    [[nodiscard]] bool send_named(nodes::NodeWriter::Sender& sender, const PayloadFile& file, const ipfs::Cid& root);

    Program& program_;
    nodes::Kubo node_;
    std::string url_;
    nodes::NodeWriter writer_;
    std::unique_ptr<nodes::Cluster> cluster_;
    std::chrono::seconds limit_{0};
    std::mutex mutex_;
    // Pinned, but not yet on every peer that the cluster has chosen: not sent again; commit() waits for them.
    // find_present() fills it.
    std::set<ipfs::Cid> replicating_;
};

}  // namespace msh::storage
