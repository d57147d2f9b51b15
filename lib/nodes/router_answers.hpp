// What a router answers.
//
// Source: Delegated Routing V1 HTTP API.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msh::nodes {

// {"Providers":[...]}, or a line each: {"Schema":"peer","ID":"12D3...","Addrs":["/ip4/...", ...]}. Printable.
struct PeerRecord {
    std::string id;
    std::vector<std::string> addresses;
};
[[nodiscard]] std::optional<std::vector<PeerRecord>> read_peer_records(std::string_view answer);

}  // namespace msh::nodes
