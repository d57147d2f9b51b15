// Gateways that may have a payload, as routers name them (nodes/router.hpp). Nothing a router says is believed: such a
// gateway is a source like any other.
//
//     GatewaySearch search(program);
//     search.add_router(url, [&](const ipfs::Cid& root) { return router.providers(root); });
//     search.find(root, [&](const std::string& gateway) { ... });        // by any thread
//
// No router ends the run. One that fails three times in a row, or with a permanent error, such as a bad certificate, is
// not asked again. Peers that have the payload and no gateway are named in notes.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/program.hpp"
#include "ipfs/cid.hpp"
#include "nodes/router.hpp"

namespace msh::storage {

class GatewaySearch {
  public:
    using Ask = std::function<std::vector<nodes::Provider>(const ipfs::Cid& root)>;

    // The program must outlive it.
    explicit GatewaySearch(Program& program) : program_(program) {}

    // Both before the first search.
    void add_router(std::string name, Ask ask);
    // A gateway that is a source already.
    void add_known(const std::string& url);

    // Asks all routers, and calls `open` with the URL of each gateway that no search has found yet. A gateway is opened
    // under the lock: if another thread finds the same one, its search returns only when that is open.
    void find(const ipfs::Cid& root, const std::function<void(const std::string& url)>& open);

    [[nodiscard]] bool has_routers() const noexcept { return !routers_.empty(); }
    // has_failed(): a router failed in a way that may not come again (kind `again`). was_refused(): one failed
    // permanently.
    [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }
    [[nodiscard]] bool was_refused() const noexcept { return was_refused_; }

  private:
    struct Router {
        std::string name;
        Ask ask;
        int failures = 0;       // in a row
        bool is_named = false;  // in a warning
    };

    // All hold the mutex.
    [[nodiscard]] static bool is_given_up(const Router& router);
    void note_failure(Router& router, const Error& error);
    void note_peer(const std::string& peer);

    Program& program_;
    mutable std::mutex mutex_;
    std::vector<Router> routers_;
    std::set<std::string> gateways_;  // that are known
    std::set<std::string> peers_;     // that were named in a note
    std::atomic<bool> has_failed_{false};
    std::atomic<bool> was_refused_{false};
};

}  // namespace msh::storage
