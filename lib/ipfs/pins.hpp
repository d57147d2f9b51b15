// Who keeps payloads for others, asked how far he has come: a cluster by its REST API, a pinning service by its own.
//
// Both throw Error as Kubo does (ipfs/kubo.hpp).
//
// Sources: IPFS Cluster's REST API, GET /pins/{cid}; IPFS Pinning Service API 1.0.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "http/server.hpp"
#include "ipfs/answers.hpp"
#include "ipfs/cid.hpp"

namespace msh::ipfs {

class Cluster {
  public:
    Cluster(http::ServerAddress address, http::Client& client) : server_(std::move(address), client) {}
    [[nodiscard]] const std::string& host() const noexcept { return server_.host(); }

    // Pinned when each peer that shall have it has.
    [[nodiscard]] std::vector<PinState> states(std::span<const Cid> roots) const;

  private:
    http::Server server_;
};

class PinService {
  public:
    PinService(http::ServerAddress address, http::Client& client) : server_(std::move(address), client) {}
    [[nodiscard]] const std::string& host() const noexcept { return server_.host(); }

    [[nodiscard]] std::vector<PinState> states(std::span<const Cid> roots) const;
    // Asks it to fetch the payload, at best from `origins`, the addresses of nodes that have it. Error (failed) when it
    // answers with another CID.
    // Gives why, where it refuses this one.
    [[nodiscard]] std::optional<std::string> pin(const Cid& root, std::span<const std::string> origins) const;

  private:
    http::Server server_;
};

}  // namespace msh::ipfs
