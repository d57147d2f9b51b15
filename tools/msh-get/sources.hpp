// The sources that a command line or the environment names. They are opened when the first records come: in a pipeline
// the programs before may have to make them first.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "cli/network_options.hpp"
#include "cli/options.hpp"
#include "custodian/home.hpp"
#include "nodes/open_sources.hpp"
#include "nodes/router.hpp"
#include "storage/target.hpp"

namespace msh {

struct SourceOptions {
    std::vector<std::string> from;
    std::vector<std::string> routers;
    cli::NetworkOptions network;
};

void add_source_options(cli::Options& options, SourceOptions& sources);

class Sources {
  public:
    // Sources that look here are asked for what they have themselves.
    Sources(const SourceOptions& options, const custodian::Home& home, ipfs::LookupScope scope);

    // The first time alone does something. Error (failed) for one that cannot be opened.
    void open();
    // Where payloads are put that it lacks, a block store or the URL of a node's RPC; under the same options.
    [[nodiscard]] std::unique_ptr<storage::Target> open_target(const std::string& place);
    // Has the routers, if there are any, name more sources that may have it. By any thread.
    void look_for(const ipfs::Cid& root);

    // Whether nobody is left who could be asked for anything.
    [[nodiscard]] bool has_none_left() const { return fetcher_ && routers_.empty() && fetcher_->has_none_left(); }
    // Whether a router did not answer as it should; and whether one will not do so later either.
    [[nodiscard]] bool router_failed() const noexcept { return router_failed_; }
    [[nodiscard]] bool router_refused() const noexcept { return router_refused_; }

    [[nodiscard]] const ipfs::BlockSources& all() const noexcept { return open_.all(); }
    [[nodiscard]] const ipfs::BlockSources& local() const noexcept { return open_.local(); }
    [[nodiscard]] const std::vector<nodes::OpenSources::Local>& named_local() const noexcept {
        return open_.named_local();
    }
    // Those that are known by now.
    [[nodiscard]] std::vector<nodes::OpenSources::Remote> remote() const;
    // Calls with what finds blocks in all of them: remote ones at once, else in turn, for so many blocks side by
    // side.
    void with_finder(unsigned workers, const std::function<void(ipfs::BlockFinder&)>& use) const;
    // Where there are remote sources.
    [[nodiscard]] nodes::Fetcher* fetcher() const noexcept { return fetcher_.get(); }
    // How many payloads are worth fetching side by side.
    [[nodiscard]] unsigned at_once() const;

  private:
    [[nodiscard]] bool is_left(std::size_t router) const;
    void note_router_failure(std::size_t router, const Error& error);
    // These two hold the mutex.
    void add(const nodes::Provider& provider);
    void name_peer(const std::string& peer);

    std::filesystem::path own_store_;
    std::vector<std::string> names_;
    std::vector<std::string> router_names_;
    bool is_open_ = false;
    std::optional<SecretBytes> header_;
    bool is_insecure_;
    nodes::OpenSources open_;
    std::vector<nodes::RoutingClient> routers_;
    mutable std::mutex mutex_;
    std::set<std::string> met_;    // gateways, and routers that failed
    std::set<std::string> peers_;  // that were named
    std::vector<int> router_failures_;
    std::atomic<bool> router_failed_{false};
    std::atomic<bool> router_refused_{false};
    std::unique_ptr<nodes::Fetcher> fetcher_;
};

}  // namespace msh
