// What the REST API of an IPFS Cluster answers. None of it is trusted: the caller compares it with what it knows.
//
// Source: IPFS Cluster 1.1.6, REST API.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ipfs/cid.hpp"
#include "nodes/pinner.hpp"

namespace msh::nodes {

// The names of peers by their ids; printable.
using ClusterPeers = std::map<std::string, std::string>;

// Of pins/CID: {"cid":"bafk...","allocations":["12D3...", ...],
//               "peer_map":{"12D3...":{"peername":"one","status":"pinned"}, ...}}
struct ClusterPin {
    std::optional<ipfs::Cid> root;  // nothing where it is not said
    PinStatus status;               // pinned once each assigned peer has pinned it
    ClusterPeers peers;             // those that the answer names
    bool is_everywhere = false;     // every peer is assigned
};
// With CRDT consensus, a peer that has not heard of a pin calls it "unpinned", and "unexpectedly_unpinned" passes: both
// mean wait.
[[nodiscard]] std::optional<ClusterPin> read_cluster_pin(std::string_view answer);

// The peers that a cluster's peers know: of peers, a line each,
//     {"id":"12D3...","peername":"one","cluster_peers":["12D3...", ...]}
// and of health/alerts, those that have been silent: [{"name":"ping","peer":"12D3..."}, ...]. What cannot be read is
// skipped.
[[nodiscard]] ClusterPeers read_cluster_peers(std::string_view answer);
[[nodiscard]] ClusterPeers read_silent_peers(std::string_view answer);

}  // namespace msh::nodes
