// A trustless gateway as a source of blocks: asked for raw blocks, none of which is believed.
//
//     Gateway gateway("https://gateway.example", client);
//     gateway.fetch(cid);                 // GET https://gateway.example/ipfs/CID?format=raw
//
// 404, 410 and 412 say that the block is not there; any other answer but 200 is an Error of kind `again` that names the
// host and the status. After several such errors on end it is not asked any more, so that one that is down costs a few
// waits and not one a block. Source: IPFS HTTP gateway specification, "Trustless Gateway".
#pragma once

#include <atomic>
#include <string>

#include "http/client.hpp"
#include "ipfs/block_source.hpp"

namespace msh::ipfs {

class Gateway : public BlockSource {
  public:
    // The client must outlive it. Error (usage) when `url` is none of http or https.
    Gateway(std::string url, http::Client& client);

    [[nodiscard]] std::optional<Bytes> fetch(const Cid& cid) override;

  private:
    [[nodiscard]] std::optional<Bytes> ask(const Cid& cid);

    std::string url_;
    std::string host_;  // for messages
    http::Client& client_;
    std::atomic<int> failures_{0};  // on end
};

}  // namespace msh::ipfs
