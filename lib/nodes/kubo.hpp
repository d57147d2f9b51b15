// A node's RPC: what it has, and what it is asked to keep. Kubo's, or the proxy of an IPFS Cluster in front of one.
//
//     Kubo node({.url = "http://127.0.0.1:5001"}, client);
//     std::vector<bool> pinned = node.are_pinned(roots);
//
// Its responses are verified wherever possible, and no data is used unverified; that a payload it
// claims to have pinned is really there can only be checked by reading it back.
//
// Throws Error, kind `again`, when it does not answer as it should; `failed` when it will not do so later either: it
// wants another authorisation, is no such RPC, or redirects. Messages name the host, and what the node says.
//
// Sources: Kubo's RPC API, v0; of the proxy, IPFS Cluster 1.1.6, api/ipfsproxy: pins are the cluster's, all else is its
// node's. It takes 4 KiB of headers, the line of the request included, and looks at the first `arg` alone.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"

namespace msh::nodes {

class Kubo : public ipfs::BlockSource {
  public:
    // As http::Server; the URL is with or without /api/v0.
    // It looks around for as long as a silent host is waited for.
    Kubo(const http::ServerAddress& address, http::Client& client, ipfs::LookupScope scope = ipfs::LookupScope::here);

    // Whether there is such an RPC at all.
    [[nodiscard]] bool is_reachable();
    // Whether what answers in its place is something else for certain. Throws nothing where nobody answers.
    [[nodiscard]] bool is_definitely_not_rpc();

    [[nodiscard]] std::optional<Bytes> fetch(const ipfs::Cid& cid) override;
    // Error (again) where the answer is not what a node says of this block.
    [[nodiscard]] bool has_block(const ipfs::Cid& cid);

    // Which of them it keeps with all that is below them.
    [[nodiscard]] std::vector<bool> are_pinned(std::span<const ipfs::Cid> roots);
    // It may look at `size` bytes for that. Gives why, where it refuses this one.
    [[nodiscard]] std::optional<std::string> pin(const ipfs::Cid& root, std::uint64_t size);

    // Where others reach it.
    [[nodiscard]] std::vector<std::string> addresses();
    // Connects it to a peer, "/ip4/.../p2p/12D3...", within a few seconds; false when that did not succeed.
    [[nodiscard]] bool connect(const std::string& address);

    // Whether the node turned out to be a cluster's proxy: known once it was asked for pins.
    [[nodiscard]] bool is_cluster() const noexcept { return is_cluster_; }

    // For those who ask more of it (nodes/import.hpp).
    [[nodiscard]] http::Request request(const std::string& command) const;
    [[nodiscard]] http::Client& client() const noexcept { return server_.client(); }
    [[nodiscard]] const std::string& host() const noexcept { return server_.host(); }
    // Throws what an answer other than 200 means.
    [[noreturn]] void refuse(const http::Response& answer) const;

  private:
    using Which = std::vector<std::size_t>;  // of the roots
    [[nodiscard]] http::Response ask(const http::Request& question);
    [[nodiscard]] http::Response noted(http::Response answer);
    [[noreturn]] void refuse_unread() const;
    [[nodiscard]] bool ask_pins(std::span<const ipfs::Cid> roots, const Which& which, std::vector<char>& pinned);
    [[nodiscard]] bool find_in_list(std::span<const ipfs::Cid> roots, const Which& which, std::vector<char>& pinned);
    void find_pins(std::span<const ipfs::Cid> roots, const Which& all, std::vector<char>& pinned);

    http::Server server_;
    ipfs::LookupScope scope_;
    std::atomic<bool> is_cluster_{false};
    std::atomic<bool> has_long_list_{false};  // of pins
};

// How long a node may need to look at so many bytes, besides all else.
[[nodiscard]] std::chrono::milliseconds time_for(std::uint64_t bytes) noexcept;

}  // namespace msh::nodes
