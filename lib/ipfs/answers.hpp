// What servers say and want to hear in JSON. None of what they say is believed: whoever asks compares it with what he
// knows.
//
// Sources: Kubo's RPC API, v0; IPFS Cluster's REST API; IPFS Pinning Service API 1.0; Delegated
// Routing V1 HTTP API.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ipfs/cid.hpp"

namespace msh::ipfs {

// Of dag/import, a line a root, in no order, between lines of other kinds:
//     {"Root":{"Cid":{"/":"bafk..."},"PinErrorMsg":""}}
struct ImportedRoot {
    std::optional<Cid> root;  // nothing for one that msh does not write
    std::string pin_error;    // empty when it is pinned
};

// Nothing where a line is none of JSON, or longer than any node's, or the last one is not whole.
[[nodiscard]] std::optional<std::vector<ImportedRoot>> read_imported_roots(std::string_view answer);

// Of pin/ls, those pinned with all that is below them: {"Keys":{"bafk...":{"Type":"recursive"}, ...}}
[[nodiscard]] std::optional<std::set<Cid>> read_pins(std::string_view answer);

// Of pin/ls with stream=true, a line a pin: {"Cid":"bafk...","Type":"recursive"}
[[nodiscard]] std::optional<std::set<Cid>> read_listed_pins(std::string_view answer);

// Of block/stat: {"Key":"bafk...","Size":1024}. False for another block, and for one that is larger than any.
[[nodiscard]] bool is_block_stat(std::string_view answer, const Cid& cid);

// Of pin/add: {"Pins":["bafk...", ...]}
[[nodiscard]] bool is_pinned(std::string_view answer, const Cid& root);

// Of version: {"Version":"0.42.0", ...}
[[nodiscard]] bool is_version(std::string_view answer);

// Of id: {"Addresses":["/ip4/..."]}; what is no such text is passed over.
[[nodiscard]] std::vector<std::string> read_addresses(std::string_view answer);

enum class PinState {
    absent,   // nobody asked for it
    waiting,  // it will be, or is about to be
    pinned,
    failed,
};

struct PinStatus {
    PinState state = PinState::absent;
    std::string why{};         // it failed, as far as that is said; fit for a line of text
    bool may_recover = false;  // where it failed: if asked to try again
};

// Of a cluster: {"cid":"bafk...","allocations":["12D3...", ...],"peer_map":{"12D3...":{"peername":"one","status":"pinned"}, ...}}
struct ClusterPin {
    std::optional<Cid> root;                   // nothing where it is not said
    PinStatus status;                          // pinned when each peer that shall have it has
    std::map<std::string, std::string> peers;  // those that the answer knows, and their names
    bool is_everywhere = false;                // every peer shall have it
};
// With crdt, a peer that has not heard of a pin calls it "unpinned", and "unexpectedly_unpinned" passes: both mean wait.
[[nodiscard]] std::optional<ClusterPin> read_cluster_pin(std::string_view answer);

// The peers that a cluster's peers know, and their names: of peers, a line each,
//     {"id":"12D3...","peername":"one","cluster_peers":["12D3...", ...]}
// and of health/alerts, those that have been silent: [{"name":"ping","peer":"12D3..."}, ...]. What cannot be read is
// passed over.
[[nodiscard]] std::map<std::string, std::string> read_cluster_peers(std::string_view answer);
[[nodiscard]] std::map<std::string, std::string> read_silent_peers(std::string_view answer);

// Of a pinning service, one of its pins, or a list:
//     {"status":"pinned","pin":{"cid":"bafk..."},"delegates":["/ip4/..."]}, {"results":[...]}
struct ServicePin {
    std::optional<Cid> root;  // nothing for one that msh does not write
    PinStatus status;
    std::vector<std::string> delegates;  // the addresses that it fetches from; fit for a line of text
};
[[nodiscard]] std::optional<ServicePin> read_service_pin(std::string_view answer);
[[nodiscard]] std::optional<std::vector<ServicePin>> read_service_pins(std::string_view answer);

// Of a router, {"Providers":[...]} or a line each: {"Schema":"peer","ID":"12D3...","Addrs":["/ip4/...", ...]}. The texts
// are fit for a line of text.
struct PeerRecord {
    std::string id;
    std::vector<std::string> addresses;
};
[[nodiscard]] std::optional<std::vector<PeerRecord>> read_peer_records(std::string_view answer);

// What a pinning service is asked with; of the origins, as many as it reads.
[[nodiscard]] std::string pin_order(const Cid& root, std::span<const std::string> origins);

// The message of an error, fit for a line of text, and without its middle where it is long; empty where there is none:
//     {"Message":"..."} of a node, {"message":"..."} of a cluster,
//     {"error":{"reason":"...","details":"..."}} of a pinning service
[[nodiscard]] std::string read_error_message(std::string_view answer);

}  // namespace msh::ipfs
