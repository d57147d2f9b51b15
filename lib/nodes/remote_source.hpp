// A URL that a user names as a source of blocks: a trustless gateway, a block store on a web server, or a node's RPC. A
// URL that ends with /api/v0 is an RPC; whoever is found there and is none is PermanentSourceError. Any other is asked
// for the first blocks in all three ways, until it returns a block or answers as a gateway does; from then on it is
// only asked in that way.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "http/server.hpp"
#include "ipfs/block_source.hpp"
#include "nodes/gateway.hpp"
#include "nodes/kubo.hpp"
#include "nodes/web_folder.hpp"

namespace msh::nodes {

// A source that also says which blocks it has.
class ClaimingSource : public ipfs::BlockSource {
  public:
    // Whether it has the block itself: what it says, not what it is. Throws as fetch(). Called by several threads at
    // once.
    [[nodiscard]] virtual bool claims(const ipfs::Cid& cid) = 0;
};

class RemoteSource final : public ClaimingSource {
  public:
    enum class Kind { unknown, gateway };

    // As Gateway and Kubo; the client must outlive it. What is known to be a gateway is never asked whether it is
    // anything else, and its failures are all of kind `again`. Only who is an RPC by its URL is shown the header.
    RemoteSource(const http::ServerAddress& address, http::Client& client, ipfs::LookupScope scope, Kind kind);

    [[nodiscard]] std::optional<Bytes> fetch(const ipfs::Cid& cid) override;
    // A web server is asked once for a random CID, too. If it claims to have that, or does not answer, its claims prove
    // nothing: blocks are then fetched and compared.
    [[nodiscard]] bool claims(const ipfs::Cid& cid) override;

  private:
    enum class Way { unknown, gateway, folder, rpc };

    // What is known of the claims of one way.
    struct Claims {
        std::mutex mutex;
        std::optional<bool> are_proof;
    };

    template <typename Question>
    auto ask(const Question& question) -> decltype(question());
    template <typename Source>
    [[nodiscard]] bool has(Source& source, Claims& claims, const ipfs::Cid& cid);
    template <typename Source>
    [[nodiscard]] bool are_proof(Source& source, Claims& claims);
    [[nodiscard]] std::optional<Bytes> fetch_by_rpc(const ipfs::Cid& cid);
    [[nodiscard]] bool is_claimed_by_rpc(const ipfs::Cid& cid);
    void require_rpc();
    [[nodiscard]] std::optional<Bytes> find_way(const ipfs::Cid& cid);
    [[nodiscard]] bool find_claim(const ipfs::Cid& cid);
    [[nodiscard]] bool is_rpc();
    [[nodiscard]] bool is_gateway();

    http::ServerAddress address_;
    http::Client& client_;
    ipfs::LookupScope scope_;
    Kind kind_;
    std::atomic<Way> way_{Way::unknown};
    std::optional<Gateway> gateway_;   // unless it is known to be an RPC by its URL
    std::optional<WebFolder> folder_;  // likewise
    Claims gateway_claims_;
    Claims folder_claims_;
    std::mutex mutex_;
    bool was_asked_for_rpc_ = false;
    bool was_asked_for_gateway_ = false;
    std::unique_ptr<Kubo> rpc_;  // where the way is that
};

}  // namespace msh::nodes
