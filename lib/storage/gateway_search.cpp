#include "storage/gateway_search.hpp"

#include <utility>

#include "http/url.hpp"

namespace msh::storage {
namespace {

constexpr int max_failures = 3;        // in a row
constexpr std::size_t max_peers = 32;  // that are named

}  // namespace

void GatewaySearch::add_router(std::string name, Ask ask) {
    routers_.push_back({std::move(name), std::move(ask)});
}

void GatewaySearch::add_known(const std::string& url) {
    gateways_.insert(http::without_slashes(url));
}

void GatewaySearch::find(const ipfs::Cid& root, const std::function<void(const std::string& url)>& open) {
    for (Router& router : routers_) {
        {
            const std::scoped_lock lock(mutex_);
            if (is_given_up(router)) continue;
        }
        try {
            const std::vector<nodes::Provider> providers = router.ask(root);
            const std::scoped_lock lock(mutex_);
            router.failures = 0;
            for (const nodes::Provider& provider : providers) {
                if (provider.gateways.empty()) note_peer(provider.peer);
                for (const std::string& url : provider.gateways) {
                    if (gateways_.insert(url).second) open(url);
                }
            }
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::again && error.kind() != ErrorKind::failed) throw;
            program_.stop_if_signalled();
            const std::scoped_lock lock(mutex_);
            note_failure(router, error);
        }
    }
}

bool GatewaySearch::is_given_up(const Router& router) {
    return router.failures >= max_failures;
}

// One whose certificate is not trusted, or whatever else somebody has to correct, is given up at once.
void GatewaySearch::note_failure(Router& router, const Error& error) {
    const bool was_given_up = is_given_up(router);
    const bool is_refusal = error.kind() == ErrorKind::failed;
    (is_refusal ? was_refused_ : has_failed_) = true;
    router.failures = is_refusal ? max_failures : router.failures + 1;
    if (!std::exchange(router.is_named, true) && !is_refusal) program_.warn(error.what());
    if (was_given_up || !is_given_up(router)) return;
    program_.warn(std::string(error.what()) + "; giving up on it");
    if (!error.hint().empty()) program_.note("hint: " + error.hint());
}

void GatewaySearch::note_peer(const std::string& peer) {
    if (peers_.size() >= max_peers || !peers_.insert(peer).second) return;
    program_.note("peer " + peer + " has the payload but no gateway address: skipped");
    if (peers_.size() == max_peers) program_.note("more peers without a gateway are not named");
}

}  // namespace msh::storage
