#include "ipfs/pins.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace msh::ipfs {
namespace {

constexpr unsigned questions_at_once = 4;
constexpr std::size_t most_cids_at_once = 10;  // of GET /pins, as the specification says
constexpr std::size_t most_delegates = 64;     // of one service; nodes dial each of them

using Method = http::Request::Method;

[[noreturn]] void refuse(const http::Server& server, const http::Answer& answer) {
    server.refuse(answer, read_error_message(as_text(answer.body)));
}

[[noreturn]] void refuse_unread(const http::Server& server) {
    throw Error(ErrorKind::again, server.host() + ": its answer cannot be read");
}

[[noreturn]] void refuse_other(const http::Server& server) {
    throw Error(ErrorKind::failed, server.host() + ": answers with a CID that it was not asked for");
}

// The better of two, where one asked twice.
const PinStatus& better(const PinStatus& a, const PinStatus& b) {
    const auto worth = [](PinState state) {
        switch (state) {
            case PinState::pinned:
                return 3;
            case PinState::waiting:
                return 2;
            case PinState::failed:
                return 1;
            case PinState::absent:
                break;
        }
        return 0;
    };
    return worth(a.state) >= worth(b.state) ? a : b;
}

}  // namespace

std::vector<PinStatus> Cluster::states(std::span<const Cid> roots) {
    std::vector<PinStatus> states(roots.size());
    if (!roots.empty()) {
        const std::scoped_lock lock(mutex_);
        if (!known_) known_ = ask_for_peers();
    }
    parallel_for(roots.size(), questions_at_once, [&](std::size_t i) {
        const http::Answer answer = server_.ask(server_.request(Method::get, "/pins/" + roots[i].text()));
        if (answer.status == 404) return;
        if (answer.status != 200) refuse(server_, answer);
        const auto pin = read_cluster_pin(as_text(answer.body));
        if (!pin) refuse_unread(server_);
        if (pin->root && pin->root != roots[i]) refuse_other(server_);
        states[i] = pin->status;
        const std::scoped_lock lock(mutex_);
        known_->insert(pin->peers.begin(), pin->peers.end());
        if (pin->is_everywhere && pin->status.state == PinState::pinned) present_ = pin->peers;
    });
    return states;
}

// A list that cannot be read counts as empty.
Cluster::Peers Cluster::ask_for_peers() const {
    const auto body_of = [&](const std::string& path) {
        try {
            const http::Answer answer = server_.ask(server_.request(Method::get, path));
            return answer.status == 200 ? std::string(as_text(answer.body)) : std::string();
        } catch (const Error&) {
            return std::string();
        }
    };
    Peers peers = read_cluster_peers(body_of("/peers"));
    peers.merge(read_silent_peers(body_of("/health/alerts")));
    return peers;
}

void Cluster::recover(const Cid& root) {
    // The next call of states() shows whether it helped.
    (void)server_.ask(server_.request(Method::post, "/pins/" + root.text() + "/recover"));
}

std::vector<std::string> Cluster::peers_away() {
    std::vector<std::string> away;
    if (present_.empty()) return away;
    for (const auto& [id, name] : *known_) {
        if (!present_.contains(id) && told_.insert(id).second) away.push_back(name.empty() ? id : name);
    }
    return away;
}

void PinService::note_delegates(const ServicePin& pin) {
    const std::scoped_lock lock(mutex_);
    for (const std::string& delegate : pin.delegates) {
        if (delegates_.size() == most_delegates) return;
        if (delegate.starts_with('/') && delegates_.insert(delegate).second) new_delegates_.push_back(delegate);
    }
}

std::vector<std::string> PinService::new_delegates() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(new_delegates_, {});
}

std::vector<PinStatus> PinService::states(std::span<const Cid> roots) {
    std::vector<PinStatus> states(roots.size());
    const std::size_t parts = (roots.size() + most_cids_at_once - 1) / most_cids_at_once;
    parallel_for(parts, questions_at_once, [&](std::size_t part) {
        const std::size_t begin = part * most_cids_at_once;
        const auto asked = roots.subspan(begin, std::min(most_cids_at_once, roots.size() - begin));
        std::string path = "/pins?limit=1000&status=queued,pinning,pinned,failed&cid=";
        for (const Cid& root : asked)
            path += root.text() + (&root == &asked.back() ? "" : ",");
        const http::Answer answer = server_.ask(server_.request(Method::get, path));
        if (answer.status != 200) refuse(server_, answer);
        const auto pins = read_service_pins(as_text(answer.body));
        if (!pins) refuse_unread(server_);
        for (const ServicePin& pin : *pins) {
            if (pin.status.state == PinState::waiting) note_delegates(pin);
            for (std::size_t i = 0; i < asked.size(); ++i) {
                if (pin.root == asked[i]) states[begin + i] = better(states[begin + i], pin.status);
            }
        }
    });
    return states;
}

std::optional<std::string> PinService::pin(const Cid& root, std::span<const std::string> origins) {
    http::Request request = server_.request(Method::post, "/pins");
    request.headers.emplace_back("Content-Type: application/json");
    request.body = pin_order(root, origins);
    const http::Answer answer = server_.ask(request);
    if (answer.status == 400 || answer.status == 409) return read_error_message(as_text(answer.body));
    if (answer.status != 200 && answer.status != 202) refuse(server_, answer);
    const auto pin = read_service_pin(as_text(answer.body));
    if (!pin) refuse_unread(server_);
    if (pin->root != root) refuse_other(server_);
    note_delegates(*pin);
    return std::nullopt;
}

}  // namespace msh::ipfs
