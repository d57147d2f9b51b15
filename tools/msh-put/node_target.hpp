// A node of IPFS, or the proxy of a cluster of them, as a target: a batch is sent in a few imports side by side, and
// each payload is pinned by itself, so that it can be taken back alone.
//
// What the node has pinned already is not sent, nor are the blocks it has of a large payload that was broken off. Once
// a batch is sent, the pins are asked for, and a few of the blocks are read back: a payload that is not pinned is
// refused, and a node that does not have what it has taken ends the run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "ipfs/import.hpp"
#include "ipfs/kubo.hpp"
#include "ipfs/pins.hpp"
#include "target.hpp"

namespace msh {

class NodeTarget final : public Target {
  public:
    // The client, and the header, must outlive it.
    NodeTarget(const http::ServerAddress& address, http::Client& client);

    // A cluster's REST API tells how often a payload is there, which its proxy does not.
    void check_replication(std::unique_ptr<ipfs::Cluster> cluster) { cluster_ = std::move(cluster); }

    [[nodiscard]] std::vector<std::string> addresses() { return node_.addresses(); }

    [[nodiscard]] std::optional<std::string> name() const override { return name_; }
    [[nodiscard]] bool keeps() const override { return true; }
    [[nodiscard]] ipfs::BlockSource* source() override { return &node_; }
    [[nodiscard]] bool knows_by_itself() const override { return true; }
    [[nodiscard]] std::vector<bool> seem_to_be_there(std::span<const ipfs::Cid> roots) override;
    [[nodiscard]] bool has(const ipfs::PayloadName& payload) override;
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    [[nodiscard]] ipfs::Cid take_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<Refusal> settle() override;
    void finish(bool /*all_well*/, const std::function<void()>& /*between*/) override {}

  private:
    class Sender;
    struct Sent {
        ipfs::PayloadName payload;
        std::optional<ipfs::Cid> sample;  // one of the blocks that were sent
    };

    [[nodiscard]] ipfs::Import& claim();
    void give_back(ipfs::Import& import);
    void add(ipfs::Import& import, const Sent& sent);
    [[nodiscard]] std::map<ipfs::Cid, std::string> end_imports();
    void pin_in_cluster();
    [[nodiscard]] std::vector<Refusal> unreplicated(std::span<const ipfs::Cid> roots) const;
    void read_back(const std::vector<bool>& pinned);

    ipfs::Kubo node_;
    std::string name_;
    std::unique_ptr<ipfs::Cluster> cluster_;

    std::mutex mutex_;
    // Of this batch:
    std::vector<std::unique_ptr<ipfs::Import>> imports_;
    std::vector<ipfs::Import*> idle_;
    std::vector<Sent> sent_;
    std::optional<Error> failure_;
    std::minstd_rand random_{std::random_device()()};
};

}  // namespace msh
