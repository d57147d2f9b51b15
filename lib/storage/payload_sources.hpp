// The sources that payloads are fetched from: those that a user names, and the gateways that routers name for a payload
// (storage/gateway_search.hpp).
//
//     PayloadSources sources({.places = places, .routers = routers, .own_store = home.store()}, program);
//     sources.open();                                     // when the first records come
//     sources.ask_routers(payload.root);
//     sources.with_finder(1, [&](ipfs::BlockFinder& finder) { ... });
//
// The constructor opens nothing, because in a pipeline an earlier program may still have to make a source. All other
// functions need open sources, and may be called by any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/program.hpp"
#include "http/client.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"
#include "nodes/fetcher.hpp"
#include "nodes/open_sources.hpp"
#include "nodes/remote_source.hpp"
#include "storage/gateway_search.hpp"

namespace msh::storage {

class PayloadSources {
  public:
    struct Options {
        std::vector<std::string> places{};      // as nodes::OpenSources::open() takes them
        std::vector<std::string> routers{};     // URLs
        std::filesystem::path own_store{};      // which need not exist
        nodes::OpenSources::Options servers{};  // how they are asked; is_over is set here
    };
    // The program must outlive it.
    PayloadSources(Options options, Program& program);

    // For tests, before open(): adds a remote source, or a router.
    void add(std::string name, std::unique_ptr<nodes::ClaimingSource> source);
    void add_router(std::string name, GatewaySearch::Ask ask);

    // The first call alone does something. Throws Error: `failed` if a place cannot be opened, `usage` if a router's
    // URL is not one.
    void open();

    // Asks the routers, if there are any, for gateways that may have the payload, and opens them.
    void ask_routers(const ipfs::Cid& root);
    // router_failed(): a router did not answer as it should, so that trying again may help. router_refused(): one
    // failed permanently.
    [[nodiscard]] bool router_failed() const noexcept { return gateways_.has_failed(); }
    [[nodiscard]] bool router_refused() const noexcept { return gateways_.was_refused(); }

    // Calls `use` with a finder over all sources. With a fetcher(), remote sources are asked in parallel. Otherwise the
    // sources are asked one after the other, for up to `workers` blocks in parallel.
    void with_finder(unsigned workers, const std::function<void(ipfs::BlockFinder&)>& use) const;
    // Finds blocks in all of them; null if there is no remote source and no router.
    [[nodiscard]] nodes::Fetcher* fetcher() const noexcept { return fetcher_.get(); }
    // How many payloads are worth fetching side by side.
    [[nodiscard]] unsigned at_once() const;
    // Whether nobody is left who could be asked for anything.
    [[nodiscard]] bool has_none_left() const {
        return fetcher_ && !gateways_.has_routers() && fetcher_->has_none_left();
    }

    // Those of this machine, and the others that are known by now.
    [[nodiscard]] const ipfs::BlockSources& local() const noexcept { return open_.local(); }
    [[nodiscard]] const std::vector<nodes::OpenSources::Local>& named_local() const noexcept {
        return open_.named_local();
    }
    [[nodiscard]] std::vector<nodes::OpenSources::Remote> remote() const;

    // The HTTP client, for targets that are asked in the same way.
    [[nodiscard]] http::Client& client() { return open_.client(); }

  private:
    void open_gateway(const std::string& url);

    Options options_;
    Program& program_;
    bool is_open_ = false;
    mutable std::mutex mutex_;  // of the remote sources
    nodes::OpenSources open_;
    GatewaySearch gateways_;
    std::vector<std::unique_ptr<nodes::RoutingClient>> routers_;
    std::unique_ptr<nodes::Fetcher> fetcher_;
};

}  // namespace msh::storage
