// A trustless gateway as a source of blocks: asked for raw blocks, none of which is believed.
//
//     Gateway gateway("https://gateway.example", client);
//     gateway.fetch(cid);                 // GET https://gateway.example/ipfs/CID?format=raw
//
// Two redirects are followed, since they lead to the same host: from http to https, and to
// https://CID.ipfs.gateway.example. Later requests go there directly. All other redirects are PermanentSourceError; for
// other answers see nodes/http_status.hpp.
//
// Source: IPFS HTTP gateway specifications, "Trustless Gateway" and "Subdomain Gateway".
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <string>

#include "http/client.hpp"
#include "ipfs/block_source.hpp"

namespace msh::nodes {

class Gateway : public ipfs::BlockSource {
  public:
    // The client must outlive it. Error (usage) when `url` is none of http or https.
    // With LookupScope::here, it is told not to look for blocks (Cache-Control: only-if-cached).
    Gateway(const std::string& url, http::Client& client, ipfs::LookupScope scope = ipfs::LookupScope::around);

    [[nodiscard]] std::optional<Bytes> fetch(const ipfs::Cid& cid) override;
    // Whether it has the block itself: what it says, not what it is.
    [[nodiscard]] bool claims(const ipfs::Cid& cid);

    // Whether it returns the empty block, which every gateway has: its CID contains it.
    [[nodiscard]] bool is_gateway();

  private:
    // How a CID is asked for: by the URL as given, or as a redirect says.
    enum class Form { path, path_by_https, subdomain, subdomain_by_https };
    static constexpr std::array forms{Form::path, Form::path_by_https, Form::subdomain, Form::subdomain_by_https};

    [[nodiscard]] std::string address(Form form, const std::string& cid) const;
    [[nodiscard]] std::optional<Form> redirected(const http::Response& answer, const std::string& cid) const;
    [[nodiscard]] http::Response ask(http::Request request, const std::string& cid);

    std::string scheme_;
    std::string authority_;  // host and port
    std::string path_;
    std::string host_;  // for messages
    http::Client& client_;
    ipfs::LookupScope scope_;
    std::atomic<Form> form_{Form::path};
};

}  // namespace msh::nodes
