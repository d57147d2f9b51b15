#include "nodes/pin_service.hpp"

#include <algorithm>
#include <utility>

#include "base/parallel.hpp"
#include "nodes/answer_text.hpp"

namespace msh::nodes {
namespace {

constexpr std::size_t max_cids = 10;       // of GET /pins, as the specification says
constexpr std::size_t max_delegates = 64;  // of one service; nodes dial each of them

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

void PinService::note_delegates(const ServicePin& pin) {
    const std::scoped_lock lock(mutex_);
    for (const std::string& delegate : pin.delegates) {
        if (delegates_.size() == max_delegates) return;
        if (delegate.starts_with('/') && delegates_.insert(delegate).second) new_delegates_.push_back(delegate);
    }
}

std::vector<std::string> PinService::new_delegates() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(new_delegates_, {});
}

std::vector<PinStatus> PinService::states(std::span<const ipfs::Cid> roots) {
    std::vector<PinStatus> states(roots.size());
    const std::size_t parts = (roots.size() + max_cids - 1) / max_cids;
    parallel_for(parts, pin_questions_at_once, [&](std::size_t part) {
        const std::size_t begin = part * max_cids;
        const auto asked = roots.subspan(begin, std::min(max_cids, roots.size() - begin));
        std::string path = "/pins?limit=1000&status=queued,pinning,pinned,failed&cid=";
        for (const ipfs::Cid& root : asked)
            path += root.text() + (&root == &asked.back() ? "" : ",");
        const http::Response answer = server_.ask(server_.request(http::Request::Method::get, path));
        if (answer.status != 200) refuse_answer(server_, answer);
        const auto pins = read_service_pins(as_text(answer.body));
        if (!pins) refuse_unreadable(server_);
        for (const ServicePin& pin : *pins) {
            if (pin.status.state == PinState::waiting) note_delegates(pin);
            for (std::size_t i = 0; i < asked.size(); ++i) {
                if (pin.root == asked[i]) states[begin + i] = better(states[begin + i], pin.status);
            }
        }
    });
    return states;
}

std::optional<std::string> PinService::pin(const ipfs::Cid& root, std::span<const std::string> origins) {
    http::Request request = server_.request(http::Request::Method::post, "/pins");
    request.headers.emplace_back("Content-Type: application/json");
    request.body = pin_request(root, origins);
    const http::Response answer = server_.ask(request);
    if (answer.status == 400 || answer.status == 409) return read_error_message(as_text(answer.body));
    if (answer.status != 200 && answer.status != 202) refuse_answer(server_, answer);
    const auto pin = read_service_pin(as_text(answer.body));
    if (!pin) refuse_unreadable(server_);
    if (pin->root != root) refuse_other_cid(server_);
    note_delegates(*pin);
    return std::nullopt;
}

}  // namespace msh::nodes
