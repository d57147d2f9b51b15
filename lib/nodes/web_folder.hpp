// A block store that a web server publishes, as a source. A block is requested by its path in the store
// (ipfs/block_store.hpp). The server is not trusted: the caller compares the block with its CID.
//
//     WebFolder folder("https://hospital.example/store", client);
//     folder.fetch(cid);                  // GET https://hospital.example/store/ZY/CID
//
// Redirects are not followed. For errors see nodes/http_status.hpp.
#pragma once

#include <optional>
#include <string>

#include "http/client.hpp"
#include "ipfs/block_source.hpp"

namespace msh::nodes {

class WebFolder : public ipfs::BlockSource {
  public:
    // The client must outlive it. `url` is one of http or https (http::is_base_url).
    WebFolder(const std::string& url, http::Client& client);

    [[nodiscard]] std::optional<Bytes> fetch(const ipfs::Cid& cid) override;
    // Whether it says that it has the block.
    [[nodiscard]] bool claims(const ipfs::Cid& cid);

  private:
    [[nodiscard]] http::Request request(const ipfs::Cid& cid) const;

    std::string url_;
    std::string host_;  // for messages
    http::Client& client_;
};

}  // namespace msh::nodes
