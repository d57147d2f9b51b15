// Addresses as peers of IPFS announce them, as far as they name an HTTP server.
//
//     gateway_url("/ip4/192.0.2.1/tcp/8080/http")              "http://192.0.2.1:8080"
//     gateway_url("/dns4/node.example/tcp/443/tls/http")       "https://node.example:443", as with /https at the end
//
// Source: multiaddr specification and its table of protocols.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msh::nodes {

// Nothing for every other address, and for one whose parts are not what they should be.
[[nodiscard]] std::optional<std::string> gateway_url(std::string_view multiaddr);

}  // namespace msh::nodes
