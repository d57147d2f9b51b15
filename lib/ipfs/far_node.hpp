// A URL that a user names as a source of blocks: a trustless gateway, or a node's RPC. Which of them shows: a URL that
// ends with /api/v0 is an RPC, and one that has no block for the first question is asked whether it is one.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "http/server.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/gateway.hpp"
#include "ipfs/kubo.hpp"

namespace msh::ipfs {

class FarNode final : public BlockSource {
  public:
    enum class Kind { unknown, gateway };

    // As Gateway and Kubo; the client must outlive it. What is known to be a gateway is never asked whether it is an RPC,
    // and its failures are all of kind `again`. Only who is an RPC by its URL is shown the header.
    FarNode(const http::ServerAddress& address, http::Client& client, Looking looking, Kind kind);

    [[nodiscard]] std::optional<Bytes> fetch(const Cid& cid) override;
    // Whether it has the block itself: what it says, not what it is.
    [[nodiscard]] bool claims(const Cid& cid);

  private:
    template <typename Question>
    auto ask(const Question& question) -> decltype(question());
    // True when it has just turned out to be an RPC.
    [[nodiscard]] bool becomes_rpc();

    http::ServerAddress address_;
    http::Client& client_;
    Looking looking_;
    Kind kind_;
    std::optional<Gateway> gateway_;  // unless it is known to be an RPC by its URL
    std::mutex mutex_;
    bool was_asked_ = false;  // what it is
    std::unique_ptr<Kubo> rpc_;
    std::atomic<Kubo*> is_rpc_{nullptr};
};

}  // namespace msh::ipfs
