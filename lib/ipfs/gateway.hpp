// A trustless gateway as a source of blocks: asked for raw blocks, none of which is believed.
//
//     Gateway gateway("https://gateway.example", client);
//     gateway.fetch(cid);                 // GET https://gateway.example/ipfs/CID?format=raw
//
// 404, 410 and 412 say that the block is not there; any other answer but 200 is an Error of kind `again` that names the
// host and the status, or Busy. Source: IPFS HTTP gateway specification, "Trustless Gateway".
#pragma once

#include <string>

#include "http/client.hpp"
#include "ipfs/block_source.hpp"

namespace msh::ipfs {

class Gateway : public BlockSource {
  public:
    // The client must outlive it. Error (usage) when `url` is none of http or https.
    // With Looking::here, it is told not to look for blocks (Cache-Control: only-if-cached).
    Gateway(std::string url, http::Client& client, Looking looking = Looking::around);

    [[nodiscard]] std::optional<Bytes> fetch(const Cid& cid) override;
    // Whether it has the block itself: what it says, not what it is.
    [[nodiscard]] bool claims(const Cid& cid);

  private:
    [[nodiscard]] http::Request request(const Cid& cid, Looking looking) const;
    [[nodiscard]] bool has(const http::Answer& answer) const;

    std::string url_;
    std::string host_;  // for messages
    http::Client& client_;
    Looking looking_;
};

}  // namespace msh::ipfs
