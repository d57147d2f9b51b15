#include "sources.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "cli/signals.hpp"
#include "http/secret_header.hpp"
#include "storage/node_target.hpp"
#include "storage/store_target.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_gateways = 32;  // that routers name
constexpr std::size_t max_peers = 32;     // that are named
constexpr int max_failures = 3;           // of a router, on end
constexpr unsigned questions_at_once = 8;

// --from, else MSH_SOURCES, else the routers, else the own store.
std::vector<std::string> source_names(const SourceOptions& options, const custodian::Home& home) {
    if (!options.from.empty()) return options.from;
    std::vector<std::string> names;
    const char* listed = std::getenv("MSH_SOURCES");
    for (const std::string_view line : edited_lines(listed != nullptr ? listed : "")) {
        if (!line.empty()) names.emplace_back(line);
    }
    if (names.empty() && options.routers.empty()) names.push_back(home.store().string());
    return names;
}

std::optional<SecretBytes> read_header(const SourceOptions& options) {
    if (!options.network.header_file) return std::nullopt;
    return http::read_header_file(*options.network.header_file);
}

}  // namespace

void add_source_options(cli::Options& options, SourceOptions& sources) {
    options.values(
        "--from", sources.from, "PLACE",
        "fetch from PLACE: a block store, local or on a web server, a CAR archive, or the URL of a gateway or of a "
        "node's RPC; may be repeated (default: $MSH_SOURCES, one per line, or store/ in the home folder)",
        cli::Role::input);
    options.values("--router", sources.routers, "URL",
                   "also fetch from providers that the router at URL names (Delegated Routing V1); may be repeated");
    cli::add_network_options(options, sources.network);
}

Sources::Sources(const SourceOptions& options, const custodian::Home& home, ipfs::LookupScope scope)
    : own_store_(home.store()),
      names_(source_names(options, home)),
      router_names_(options.routers),
      header_(read_header(options)),
      is_insecure_(options.network.insecure),
      open_({.limits = http::limits_from_option(options.network.timeout),
             .is_over = cli::is_signalled,
             .ca_file = options.network.ca_file,
             .header = header_ ? &*header_ : nullptr,
             .may_be_exposed = options.network.insecure,
             .scope = scope}) {}

void Sources::open() {
    if (std::exchange(is_open_, true)) return;
    std::error_code ignored;
    for (const std::string& name : names_) {
        if (name == own_store_ && !fs::is_directory(own_store_, ignored)) {
            throw Error(ErrorKind::failed, "'" + name + "' is not a block store",
                        "name the sender's store with --from or MSH_SOURCES");
        }
        cli::say_warning(open_.open(name));
        met_.insert(name.substr(0, name.find_last_not_of('/') + 1));
    }
    for (const std::string& name : router_names_)
        routers_.emplace_back(name, open_.client());
    router_failures_.resize(routers_.size());
    if (open_.remote().empty() && routers_.empty()) return;
    fetcher_ = open_.fetcher([](const std::string& text) {
        if (!cli::is_signalled()) cli::say_warning(text);
    });
}

std::unique_ptr<storage::Target> Sources::open_target(const std::string& place) {
    if (place.starts_with("http://") || place.starts_with("https://")) {
        const http::ServerAddress address{place, header_ ? &*header_ : nullptr, is_insecure_};
        return std::make_unique<storage::NodeTarget>(address, open_.client(), cli::this_program());
    }
    auto store = std::make_unique<storage::StoreTarget>(place, own_store_, cli::is_signalled);
    store->open(false);
    return store;
}

unsigned Sources::at_once() const {
    const unsigned asked = routers_.empty() ? 1 : questions_at_once;
    return std::max({worker_count(), asked, fetcher_ ? fetcher_->at_once() : 1});
}

void Sources::with_finder(unsigned workers, const std::function<void(ipfs::BlockFinder&)>& use) const {
    if (fetcher_) return use(*fetcher_);
    ipfs::SequentialFinder in_turn(open_.all(), workers, cli::is_signalled);
    use(in_turn);
}

std::vector<nodes::OpenSources::Remote> Sources::remote() const {
    const std::scoped_lock lock(mutex_);
    return open_.remote();
}

void Sources::look_for(const ipfs::Cid& root) {
    for (std::size_t i = 0; i < routers_.size(); ++i) {
        if (is_left(i)) continue;
        try {
            const std::vector<nodes::Provider> providers = routers_[i].providers(root);
            const std::scoped_lock lock(mutex_);
            router_failures_[i] = 0;
            for (const nodes::Provider& provider : providers)
                add(provider);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::again && error.kind() != ErrorKind::failed) throw;
            cli::stop_if_signalled();
            note_router_failure(i, error);
        }
    }
}

bool Sources::is_left(std::size_t router) const {
    const std::scoped_lock lock(mutex_);
    return router_failures_[router] >= max_failures;
}

// One whose certificate is not trusted, or whatever else somebody has to correct, is not asked again.
void Sources::note_router_failure(std::size_t router, const Error& error) {
    const std::scoped_lock lock(mutex_);
    const bool was_left = router_failures_[router] >= max_failures;
    const bool is_refusal = error.kind() == ErrorKind::failed;
    (is_refusal ? router_refused_ : router_failed_) = true;
    router_failures_[router] = is_refusal ? max_failures : router_failures_[router] + 1;
    const bool is_new = met_.insert(router_names_[router]).second;
    if (is_new && !is_refusal) cli::say_warning(error.what());
    if (was_left || router_failures_[router] < max_failures) return;
    cli::say_warning(std::string(error.what()) + "; giving up on it");
    if (!error.hint().empty()) cli::say_note("hint: " + error.hint());
}

void Sources::add(const nodes::Provider& provider) {
    if (provider.gateways.empty()) name_peer(provider.peer);
    for (const std::string& url : provider.gateways) {
        if (open_.remote().size() >= max_gateways || !met_.insert(url).second) continue;
        open_.open_gateway(url);
        fetcher_->add({open_.remote().back().name, open_.remote().back().node});
    }
}

void Sources::name_peer(const std::string& peer) {
    if (peers_.size() >= max_peers || !peers_.insert(peer).second) return;
    cli::say_note("peer " + peer + " has the payload but no gateway address: skipped");
    if (peers_.size() == max_peers) cli::say_note("more peers without a gateway are not named");
}

}  // namespace msh
