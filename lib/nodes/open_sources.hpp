// Places to read blocks from, by the names a user gives them: the folder of a store, a CAR archive, or the URL of a
// trustless gateway, of a store's folder on a web server, or of a node's RPC.
//
//     OpenSources sources({});
//     const std::string warning = sources.open(place);     // not empty: what is there, is; but not all of it is
//     find_block(sources.all(), cid);
//
// open() throws Error (failed) when the place is none of these, or cannot be read. A remote place is not asked before a
// block is.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/client.hpp"
#include "ipfs/block_source.hpp"
#include "nodes/fetcher.hpp"
#include "nodes/remote_source.hpp"

namespace msh::nodes {

// Error (failed), with what was probably meant, where the folder is a home that has a store and not the store itself.
void refuse_home(const std::filesystem::path& folder);

class OpenSources {
  public:
    struct Options {
        http::Limits limits{};
        std::function<bool()> is_over{};       // ends every question
        std::optional<std::string> ca_file{};  // of the certificates to trust (http/client.hpp)
        const SecretBytes* header = nullptr;   // for the RPC of nodes
        bool may_be_exposed = false;           // an RPC, over plain http to another machine
        ipfs::LookupScope scope = ipfs::LookupScope::around;
    };
    explicit OpenSources(Options options) : options_(std::move(options)) {}

    [[nodiscard]] std::string open(const std::string& place);
    // A gateway that somebody else named.
    void open_gateway(const std::string& url);
    // One more remote source, which is open already; `name` is for messages.
    void add(std::string name, std::unique_ptr<ClaimingSource> source);

    [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
    // In the order they were opened: all, those of this machine, and the others.
    [[nodiscard]] const ipfs::BlockSources& all() const noexcept { return all_; }
    [[nodiscard]] const ipfs::BlockSources& local() const noexcept { return local_; }
    struct Local {
        std::string name;  // the place
        ipfs::BlockSource* source;
    };
    [[nodiscard]] const std::vector<Local>& named_local() const noexcept { return named_local_; }
    struct Remote {
        std::string name;  // its host
        ClaimingSource* node;
    };
    [[nodiscard]] const std::vector<Remote>& remote() const noexcept { return remote_; }

    // What finds blocks in all of them at once. It must not outlive this, and no remote source can be asked after it.
    [[nodiscard]] std::unique_ptr<Fetcher> fetcher(std::function<void(const std::string&)> warn);

    [[nodiscard]] http::Client& client();

  private:
    [[nodiscard]] bool is_over() const;
    void add_remote(const std::string& url, RemoteSource::Kind kind);

    Options options_;
    std::atomic<bool> is_over_{false};
    std::unique_ptr<http::Client> client_;  // once there is a remote source
    std::vector<std::unique_ptr<ipfs::BlockSource>> owned_;
    ipfs::BlockSources all_;
    ipfs::BlockSources local_;
    std::vector<Local> named_local_;
    std::vector<Remote> remote_;
};

}  // namespace msh::nodes
