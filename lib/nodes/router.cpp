#include "nodes/router.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "http/url.hpp"
#include "nodes/multiaddr.hpp"
#include "nodes/router_answers.hpp"

namespace msh::nodes {
namespace {

constexpr std::size_t max_answer = std::size_t{1} << 20;
constexpr std::size_t max_providers = 100;
constexpr std::string_view path = "/routing/v1";

Provider to_provider(const PeerRecord& record) {
    Provider provider{record.id, {}};
    for (const std::string& address : record.addresses) {
        auto url = gateway_url(address);
        const auto& known = provider.gateways;
        if (url && std::find(known.begin(), known.end(), *url) == known.end()) {
            provider.gateways.push_back(std::move(*url));
        }
    }
    return provider;
}

}  // namespace

RoutingClient::RoutingClient(std::string url, http::Client& client) : url_(std::move(url)), client_(client) {
    if (!http::is_base_url(url_)) throw Error(ErrorKind::usage, "not the URL of a router", "as in https://HOST");
    host_ = http::host_of(url_);
    url_ = http::without_slashes(std::move(url_));
    if (url_.ends_with(path)) url_.resize(url_.size() - path.size());
}

std::vector<Provider> RoutingClient::providers(const ipfs::Cid& cid) const {
    const http::Response answer = client_.ask({.url = url_ + std::string(path) + "/providers/" + cid.text(),
                                               .headers = {"Accept: application/x-ndjson, application/json"},
                                               .max_body = max_answer});
    if (answer.status == 404) return {};
    if (answer.status != 200) {
        throw Error(ErrorKind::again, host_ + ": HTTP status " + std::to_string(answer.status));
    }
    const auto records = read_peer_records(as_text(answer.body));
    if (!records) throw Error(ErrorKind::again, host_ + ": unexpected response");
    std::vector<Provider> providers;
    for (std::size_t i = 0; i < std::min(records->size(), max_providers); ++i)
        providers.push_back(to_provider((*records)[i]));
    return providers;
}

}  // namespace msh::nodes
