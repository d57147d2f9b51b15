// What servers say and want to hear in JSON. None of what they say is believed: whoever asks compares it with what he knows.
//
// Sources: Kubo's RPC API, v0; IPFS Cluster's REST API; IPFS Pinning Service API 1.0; Delegated
// Routing V1 HTTP API.
#pragma once

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

// Of a cluster: {"peer_map":{"12D3...":{"status":"pinned"}, ...}}, pinned when each peer that shall have it has.
[[nodiscard]] std::optional<PinState> read_cluster_pin(std::string_view answer);

// Of a pinning service, one of its pins, or a list: {"status":"pinned","pin":{"cid":"bafk..."}}, {"results":[...]}
struct ServicePin {
    std::optional<Cid> root;  // nothing for one that msh does not write
    PinState state = PinState::absent;
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

// The message of an error, fit for a line of text; empty where there is none:
//     {"Message":"..."} of a node, {"message":"..."} of a cluster, {"error":{"reason":"..."}} of a pinning service
[[nodiscard]] std::string read_error_message(std::string_view answer);

}  // namespace msh::ipfs
