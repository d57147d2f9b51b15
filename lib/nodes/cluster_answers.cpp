#include "nodes/cluster_answers.hpp"

#include "json/value.hpp"
#include "nodes/answer_text.hpp"

namespace msh::nodes {
namespace {

// What the peers say of a pin.
struct PeerCounts {
    std::size_t pinned = 0;
    std::size_t working = 0;
    std::size_t open = 0;  // not heard of it, or not there just now
};

// Counts one peer. If it failed, returns the status of the pin.
std::optional<PinStatus> count_peer(const json::Value& peer, PeerCounts& counts) {
    const std::string& status = peer.at("status").text();
    if (status == "pin_error" || status == "error") {
        return PinStatus{PinState::failed, printable(peer.at("error").text()), true};
    }
    if (status == "cluster_error") return PinStatus{PinState::failed, "a peer of the cluster does not answer"};
    if (status == "pinned") {
        ++counts.pinned;
    } else if (status == "pinning" || status == "pin_queued" || status == "queued" ||
               status == "unexpectedly_unpinned") {
        ++counts.working;
    } else if (status == "unpinned") {
        ++counts.open;
    }  // "remote": another peer's
    return std::nullopt;
}

PinState state_of(const PeerCounts& counts) {
    if (counts.working > 0) return PinState::waiting;
    if (counts.pinned == 0) return PinState::absent;
    return counts.open > 0 ? PinState::waiting : PinState::pinned;
}

bool is_empty(const json::Value& allocations) {
    return allocations.items().empty();
}

}  // namespace

std::optional<ClusterPin> read_cluster_pin(std::string_view answer) {
    const auto value = json::Value::parse(answer);
    if (!value || !value->at("peer_map").is_object()) return std::nullopt;
    ClusterPin pin;
    pin.root = ipfs::Cid::parse(value->at("cid").text());
    pin.is_everywhere = is_empty(value->at("allocations"));
    PeerCounts counts;
    std::optional<PinStatus> failure;
    for (const auto& [id, peer] : value->at("peer_map").members()) {
        pin.peers.emplace(printable(id), printable(peer.at("peername").text()));
        const auto failed = count_peer(peer, counts);
        if (failed && (!failure || failure->may_recover)) failure = failed;
    }
    pin.status = failure ? *failure : PinStatus{state_of(counts)};
    return pin;
}

ClusterPeers read_cluster_peers(std::string_view answer) {
    ClusterPeers peers;
    (void)json::for_each_object(answer, max_answer_line, [&](const json::Value& line) {
        const std::string& id = line.at("id").text();
        if (!id.empty()) peers[printable(id)] = printable(line.at("peername").text());
        for (const std::string& other : printable_texts(line.at("cluster_peers")))
            peers.try_emplace(other);
    });
    return peers;
}

ClusterPeers read_silent_peers(std::string_view answer) {
    ClusterPeers peers;
    const auto alerts = json::Value::parse(answer);
    if (!alerts) return peers;
    for (const json::Value& alert : alerts->items()) {
        const std::string& id = alert.at("peer").text();
        if (!id.empty() && alert.at("name").text() == "ping") peers.try_emplace(printable(id));
    }
    return peers;
}

}  // namespace msh::nodes
