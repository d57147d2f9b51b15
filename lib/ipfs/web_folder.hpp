// The folder of a block store that some web server serves, as a source: a block is asked for by the path that it has in the
// store (ipfs/block_store.hpp), and is not believed.
//
//     WebFolder folder("https://hospital.example/store", client);
//     folder.fetch(cid);                  // GET https://hospital.example/store/ZY/CID
//
// No redirect is followed. What the answers mean is said in ipfs/far_answer.hpp.
#pragma once

#include <optional>
#include <string>

#include "http/client.hpp"
#include "ipfs/block_source.hpp"

namespace msh::ipfs {

class WebFolder : public BlockSource {
  public:
    // The client must outlive it. `url` is one of http or https (http::is_base_url).
    WebFolder(const std::string& url, http::Client& client);

    [[nodiscard]] std::optional<Bytes> fetch(const Cid& cid) override;
    // Whether it says that it has the block.
    [[nodiscard]] bool claims(const Cid& cid);

  private:
    [[nodiscard]] http::Request request(const Cid& cid) const;

    std::string url_;
    std::string host_;  // for messages
    http::Client& client_;
};

}  // namespace msh::ipfs
