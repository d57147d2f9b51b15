// Asks a cluster (by its REST API) or a pinning service which payloads it has pinned.
//
// Any number of threads may ask at once. Both throw Error as Kubo does (ipfs/kubo.hpp).
//
// Sources: IPFS Cluster 1.1.6, REST API: GET /pins/{cid}, POST /pins/{cid}/recover, GET /peers, GET /health/alerts; IPFS
// Pinning Service API 1.0.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "http/server.hpp"
#include "ipfs/answers.hpp"
#include "ipfs/cid.hpp"

namespace msh::ipfs {

class Pinner {
  public:
    Pinner() = default;
    Pinner(const Pinner&) = delete;
    Pinner& operator=(const Pinner&) = delete;
    virtual ~Pinner() = default;

    [[nodiscard]] virtual const std::string& host() const noexcept = 0;
    [[nodiscard]] virtual std::vector<PinStatus> states(std::span<const Cid> roots) = 0;
    // A payload that failed, and may recover.
    virtual void recover(const Cid& /*root*/) {}
};

class Cluster final : public Pinner {
  public:
    Cluster(http::ServerAddress address, http::Client& client) : server_(std::move(address), client) {}
    [[nodiscard]] const std::string& host() const noexcept override { return server_.host(); }

    // Pinned when every peer that the cluster has chosen has the payload.
    [[nodiscard]] std::vector<PinStatus> states(std::span<const Cid> roots) override;
    // Has the peers that failed try again at once; by themselves they would after some ten minutes.
    void recover(const Cid& root) override;

    // A cluster with crdt stops counting a silent peer: what is to be on all peers counts as pinned without it. Returns,
    // once each, the peers that the newest answers leave out although the cluster knows them, or did earlier in this run.
    // Not to be called while another thread is in states().
    [[nodiscard]] std::vector<std::string> peers_away();

  private:
    using Peers = std::map<std::string, std::string>;  // names by id
    [[nodiscard]] Peers ask_for_peers() const;

    http::Server server_;
    std::mutex mutex_;
    std::optional<Peers> known_;
    Peers present_;  // in the newest answer about a payload that is to be on all peers
    std::set<std::string> told_;
};

class PinService final : public Pinner {
  public:
    PinService(http::ServerAddress address, http::Client& client) : server_(std::move(address), client) {}
    [[nodiscard]] const std::string& host() const noexcept override { return server_.host(); }

    [[nodiscard]] std::vector<PinStatus> states(std::span<const Cid> roots) override;
    // Asks it to fetch the payload, preferably from `origins`, the addresses of nodes that have it. Returns the reason
    // when it refuses this payload. Error (failed) when it answers with another CID.
    [[nodiscard]] std::optional<std::string> pin(const Cid& root, std::span<const std::string> origins);

    // The addresses of the peers that fetch for it ("delegates"), those named since the last call; few.
    [[nodiscard]] std::vector<std::string> new_delegates();

  private:
    void note_delegates(const ServicePin& pin);

    http::Server server_;
    std::mutex mutex_;
    std::set<std::string> delegates_;
    std::vector<std::string> new_delegates_;
};

}  // namespace msh::ipfs
