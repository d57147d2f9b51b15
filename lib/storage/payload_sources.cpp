#include "storage/payload_sources.hpp"

#include <algorithm>
#include <cstddef>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace msh::storage {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_remote = 32;  // with those that routers name
constexpr unsigned questions_at_once = 8;

nodes::OpenSources::Options ended_by(const Program& program, nodes::OpenSources::Options servers) {
    servers.is_over = [&program] { return program.is_signalled(); };
    return servers;
}

}  // namespace

PayloadSources::PayloadSources(Options options, Program& program)
    : options_(std::move(options)), program_(program), open_(ended_by(program, options_.servers)), gateways_(program) {}

void PayloadSources::add(std::string name, std::unique_ptr<nodes::ClaimingSource> source) {
    open_.add(std::move(name), std::move(source));
}

void PayloadSources::add_router(std::string name, GatewaySearch::Ask ask) {
    gateways_.add_router(std::move(name), std::move(ask));
}

void PayloadSources::open() {
    if (std::exchange(is_open_, true)) return;
    std::error_code ignored;
    for (const std::string& place : options_.places) {
        if (place == options_.own_store && !fs::is_directory(options_.own_store, ignored)) {
            throw Error(ErrorKind::failed, "'" + place + "' is not a block store",
                        "name the sender's store with --from or MSH_SOURCES");
        }
        const std::string warning = open_.open(place);
        if (!warning.empty()) program_.warn(warning);
        gateways_.add_known(place);
    }
    for (const std::string& url : options_.routers) {
        const nodes::RoutingClient& router =
            *routers_.emplace_back(std::make_unique<nodes::RoutingClient>(url, open_.client()));
        add_router(url, [&router](const ipfs::Cid& root) { return router.providers(root); });
    }
    if (open_.remote().empty() && !gateways_.has_routers()) return;
    fetcher_ = open_.fetcher([this](const std::string& text) {
        if (!program_.is_signalled()) program_.warn(text);
    });
}

void PayloadSources::ask_routers(const ipfs::Cid& root) {
    gateways_.find(root, [this](const std::string& url) { open_gateway(url); });
}

void PayloadSources::open_gateway(const std::string& url) {
    const std::scoped_lock lock(mutex_);
    if (open_.remote().size() >= max_remote) return;
    open_.open_gateway(url);
    fetcher_->add({open_.remote().back().name, open_.remote().back().node});
}

void PayloadSources::with_finder(unsigned workers, const std::function<void(ipfs::BlockFinder&)>& use) const {
    if (fetcher_) return use(*fetcher_);
    ipfs::SequentialFinder finder(open_.all(), workers, [this] { return program_.is_signalled(); });
    use(finder);
}

unsigned PayloadSources::at_once() const {
    const unsigned asked = gateways_.has_routers() ? questions_at_once : 1;
    return std::max({worker_count(), asked, fetcher_ ? fetcher_->at_once() : 1});
}

std::vector<nodes::OpenSources::Remote> PayloadSources::remote() const {
    const std::scoped_lock lock(mutex_);
    return open_.remote();
}

}  // namespace msh::storage
