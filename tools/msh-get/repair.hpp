// A place that shall have payloads which it lacks: the folder of a store, or a node's RPC.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/server.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/payload.hpp"
#include "nodes/node_writer.hpp"

namespace msh {

class RepairTarget {
  public:
    RepairTarget() = default;
    RepairTarget(const RepairTarget&) = delete;
    RepairTarget& operator=(const RepairTarget&) = delete;
    virtual ~RepairTarget() = default;

    // Error as the place's (ipfs/block_store.hpp, nodes/kubo.hpp). The client, and the header, must outlive it.
    [[nodiscard]] static std::unique_ptr<RepairTarget> open(const http::ServerAddress& place, http::Client& client);

    [[nodiscard]] virtual bool has(const ipfs::PayloadName& payload) = 0;
    // Both by any thread. Throws Error, kind `input`, when the payload is whole nowhere.
    virtual void take(const ipfs::PayloadName& payload, ipfs::BlockFinder& from) = 0;
    // Once a batch: what was taken is durable, but for what comes back.
    [[nodiscard]] virtual std::vector<nodes::Refusal> settle() = 0;
};

}  // namespace msh
