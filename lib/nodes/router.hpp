// Who has a CID, asked of a router: a recipient then needs no list of sources.
//
//     RoutingClient router("http://127.0.0.1:8080", client);
//     for (const Provider& provider : router.providers(cid)) ...
//
// Nothing it says is believed: a provider is a source like any other.
//
// Throws Error, kind `again`, when it does not answer as it should. Source: Delegated Routing V1 HTTP API.
#pragma once

#include <string>
#include <vector>

#include "http/client.hpp"
#include "ipfs/cid.hpp"

namespace msh::nodes {

struct Provider {
    std::string peer;                   // its id
    std::vector<std::string> gateways;  // the URLs among its addresses
};

class RoutingClient {
  public:
    // With or without /routing/v1. The client must outlive it. Error (usage) for a URL that is none.
    RoutingClient(std::string url, http::Client& client);

    // At most 100 of them.
    [[nodiscard]] std::vector<Provider> providers(const ipfs::Cid& cid) const;

  private:
    std::string url_;
    std::string host_;
    http::Client& client_;
};

}  // namespace msh::nodes
