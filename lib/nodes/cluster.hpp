// Asks an IPFS Cluster, by its REST API, which payloads its peers have pinned. The proxy in front of it does not tell.
//
// Source: IPFS Cluster 1.1.6: GET /pins/{cid}, POST /pins/{cid}/recover, GET /peers, GET /health/alerts.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "http/server.hpp"
#include "ipfs/cid.hpp"
#include "nodes/cluster_answers.hpp"
#include "nodes/pinner.hpp"

namespace msh::nodes {

class Cluster final : public Pinner {
  public:
    Cluster(http::ServerAddress address, http::Client& client) : server_(std::move(address), client) {}
    [[nodiscard]] const std::string& host() const noexcept override { return server_.host(); }

    // Pinned once every peer that the cluster assigned has pinned it.
    [[nodiscard]] std::vector<PinStatus> states(std::span<const ipfs::Cid> roots) override;
    // Has the peers that failed try again at once; by themselves they would after some ten minutes.
    void recover(const ipfs::Cid& root) override;

    // A cluster with crdt stops counting a silent peer: what is to be on all peers counts as pinned without it.
    // Returns, once each, the peers that the newest answers leave out although the cluster knows them, or did earlier
    // in this run. Not to be called while another thread is in states().
    [[nodiscard]] std::vector<std::string> peers_away();

  private:
    [[nodiscard]] ClusterPeers ask_for_peers() const;

    http::Server server_;
    std::mutex mutex_;
    std::optional<ClusterPeers> known_;
    ClusterPeers present_;  // in the newest answer about a payload that is to be on all peers
    std::set<std::string> told_;
};

}  // namespace msh::nodes
