// Who keeps payloads for others, asked how far he has come: a cluster by its REST API, a pinning service by its own.
//
// Both throw Error as Kubo does (ipfs/kubo.hpp).
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

    // Pinned when each peer that shall have it has.
    [[nodiscard]] std::vector<PinStatus> states(std::span<const Cid> roots) override;
    // The peers that failed try again at once, which by themselves they do after some ten minutes.
    void recover(const Cid& root) override;

    // A peer that is silent leaves a cluster with crdt: what all peers shall have counts as pinned everywhere without it.
    // Gives, once each, those that were missing in the newest answers although the cluster knows them, or did in this
    // run.
    [[nodiscard]] std::vector<std::string> peers_away();

  private:
    using Peers = std::map<std::string, std::string>;  // names by id
    [[nodiscard]] Peers ask_for_peers() const;

    http::Server server_;
    std::mutex mutex_;
    std::optional<Peers> known_;
    Peers present_;  // in the newest answer about what all peers shall have
    std::set<std::string> told_;
};

class PinService final : public Pinner {
  public:
    PinService(http::ServerAddress address, http::Client& client) : server_(std::move(address), client) {}
    [[nodiscard]] const std::string& host() const noexcept override { return server_.host(); }

    [[nodiscard]] std::vector<PinStatus> states(std::span<const Cid> roots) override;
    // Asks it to fetch the payload, at best from `origins`, the addresses of nodes that have it. Error (failed) when it
    // answers with another CID.
    // Gives why, where it refuses this one.
    [[nodiscard]] std::optional<std::string> pin(const Cid& root, std::span<const std::string> origins);

    // The addresses that it named since this was asked last, and fetches from if it is connected to them; few.
    [[nodiscard]] std::vector<std::string> new_delegates();

  private:
    void note_delegates(const ServicePin& pin);

    http::Server server_;
    std::mutex mutex_;
    std::set<std::string> delegates_;
    std::vector<std::string> new_delegates_;
};

}  // namespace msh::ipfs
