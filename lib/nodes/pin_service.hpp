// A pinning service: it is asked to fetch and keep payloads, and which it has pinned.
//
// Source: IPFS Pinning Service API 1.0.
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
#include "nodes/pinner.hpp"
#include "nodes/service_answers.hpp"

namespace msh::nodes {

class PinService final : public Pinner {
  public:
    PinService(http::ServerAddress address, http::Client& client) : server_(std::move(address), client) {}
    [[nodiscard]] const std::string& host() const noexcept override { return server_.host(); }

    [[nodiscard]] std::vector<PinStatus> states(std::span<const ipfs::Cid> roots) override;
    // Asks it to fetch the payload, preferably from `origins`, the addresses of nodes that have it. Returns the reason
    // when it refuses this payload. Error (failed) when it answers with another CID.
    [[nodiscard]] std::optional<std::string> pin(const ipfs::Cid& root, std::span<const std::string> origins);

    // The addresses of the peers that fetch for it ("delegates"), those named since the last call; few.
    [[nodiscard]] std::vector<std::string> new_delegates();

  private:
    void note_delegates(const ServicePin& pin);

    http::Server server_;
    std::mutex mutex_;
    std::set<std::string> delegates_;
    std::vector<std::string> new_delegates_;
};

}  // namespace msh::nodes
