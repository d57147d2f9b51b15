#include "ipfs/pins.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace msh::ipfs {
namespace {

constexpr unsigned questions_at_once = 4;
constexpr std::size_t most_cids_at_once = 10;  // of GET /pins, as the specification says

using Method = http::Request::Method;

[[noreturn]] void refuse(const http::Server& server, const http::Answer& answer) {
    server.refuse(answer, read_error_message(as_text(answer.body)));
}

[[noreturn]] void refuse_unread(const http::Server& server) {
    throw Error(ErrorKind::again, server.host() + ": its answer cannot be read");
}

// The better of two, where one asked twice.
PinState better(PinState a, PinState b) {
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
    return worth(a) >= worth(b) ? a : b;
}

}  // namespace

std::vector<PinState> Cluster::states(std::span<const Cid> roots) const {
    std::vector<PinState> states(roots.size());
    parallel_for(roots.size(), questions_at_once, [&](std::size_t i) {
        const http::Answer answer = server_.client().ask(server_.request(Method::get, "/pins/" + roots[i].text()));
        if (answer.status == 404) return;
        if (answer.status != 200) refuse(server_, answer);
        const auto state = read_cluster_pin(as_text(answer.body));
        if (!state) refuse_unread(server_);
        states[i] = *state;
    });
    return states;
}

std::vector<PinState> PinService::states(std::span<const Cid> roots) const {
    std::vector<PinState> states(roots.size());
    const std::size_t parts = (roots.size() + most_cids_at_once - 1) / most_cids_at_once;
    parallel_for(parts, questions_at_once, [&](std::size_t part) {
        const std::size_t begin = part * most_cids_at_once;
        const auto asked = roots.subspan(begin, std::min(most_cids_at_once, roots.size() - begin));
        std::string path = "/pins?limit=1000&status=queued,pinning,pinned,failed&cid=";
        for (const Cid& root : asked)
            path += root.text() + (&root == &asked.back() ? "" : ",");
        const http::Answer answer = server_.client().ask(server_.request(Method::get, path));
        if (answer.status != 200) refuse(server_, answer);
        const auto pins = read_service_pins(as_text(answer.body));
        if (!pins) refuse_unread(server_);
        for (const ServicePin& pin : *pins) {
            for (std::size_t i = 0; i < asked.size(); ++i) {
                if (pin.root == asked[i]) states[begin + i] = better(states[begin + i], pin.state);
            }
        }
    });
    return states;
}

std::optional<std::string> PinService::pin(const Cid& root, std::span<const std::string> origins) const {
    http::Request request = server_.request(Method::post, "/pins");
    request.headers.emplace_back("Content-Type: application/json");
    request.body = pin_order(root, origins);
    const http::Answer answer = server_.client().ask(request);
    if (answer.status == 400 || answer.status == 409) return read_error_message(as_text(answer.body));
    if (answer.status != 200 && answer.status != 202) refuse(server_, answer);
    const auto pin = read_service_pin(as_text(answer.body));
    if (!pin) refuse_unread(server_);
    if (pin->root != root) {
        throw Error(ErrorKind::failed, server_.host() + ": answers with a CID that it was not asked for");
    }
    return std::nullopt;
}

}  // namespace msh::ipfs
