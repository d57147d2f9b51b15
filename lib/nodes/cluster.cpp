#include "nodes/cluster.hpp"

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace msh::nodes {

std::vector<PinStatus> Cluster::states(std::span<const ipfs::Cid> roots) {
    std::vector<PinStatus> states(roots.size());
    if (!roots.empty()) {
        const std::scoped_lock lock(mutex_);
        if (!known_) known_ = ask_for_peers();
    }
    parallel_for(roots.size(), pin_questions_at_once, [&](std::size_t i) {
        const http::Response answer =
            server_.ask(server_.request(http::Request::Method::get, "/pins/" + roots[i].text()));
        if (answer.status == 404) return;
        if (answer.status != 200) refuse_answer(server_, answer);
        const auto pin = read_cluster_pin(as_text(answer.body));
        if (!pin) refuse_unreadable(server_);
        if (pin->root && pin->root != roots[i]) refuse_other_cid(server_);
        states[i] = pin->status;
        const std::scoped_lock lock(mutex_);
        known_->insert(pin->peers.begin(), pin->peers.end());
        if (pin->is_everywhere && pin->status.state == PinState::pinned) present_ = pin->peers;
    });
    return states;
}

// A list that cannot be read counts as empty.
ClusterPeers Cluster::ask_for_peers() const {
    const auto body_of = [&](const std::string& path) {
        try {
            const http::Response answer = server_.ask(server_.request(http::Request::Method::get, path));
            return answer.status == 200 ? std::string(as_text(answer.body)) : std::string();
        } catch (const Error&) {
            return std::string();
        }
    };
    ClusterPeers peers = read_cluster_peers(body_of("/peers"));
    peers.merge(read_silent_peers(body_of("/health/alerts")));
    return peers;
}

void Cluster::recover(const ipfs::Cid& root) {
    // The next call of states() shows whether it helped.
    (void)server_.ask(server_.request(http::Request::Method::post, "/pins/" + root.text() + "/recover"));
}

std::vector<std::string> Cluster::peers_away() {
    std::vector<std::string> away;
    if (present_.empty()) return away;
    for (const auto& [id, name] : *known_) {
        if (!present_.contains(id) && told_.insert(id).second) away.push_back(name.empty() ? id : name);
    }
    return away;
}

}  // namespace msh::nodes
