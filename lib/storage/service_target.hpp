// A pinning service as a target. It is sent no data: it is asked to fetch and pin what the other targets of the run
// have. Errors as in storage/target.hpp.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/program.hpp"
#include "nodes/kubo.hpp"
#include "nodes/pin_service.hpp"
#include "storage/target.hpp"
#include "storage/target_name.hpp"

namespace msh::storage {

class ServiceTarget final : public Target {
  public:
    // `nodes` have the payloads. The service gets their addresses, and they connect to the service's peers, so that it
    // can fetch from nodes behind a firewall. The nodes, the client and the program must outlive it.
    ServiceTarget(const http::ServerAddress& address, http::Client& client, std::vector<nodes::Kubo*> nodes,
                  const Program& program);

    [[nodiscard]] std::optional<std::string> keystore_name() const override { return pin_service_name(url_); }
    [[nodiscard]] std::string label() const override { return url_; }
    [[nodiscard]] bool is_lasting() const override { return false; }
    [[nodiscard]] ipfs::BlockSource* source() override { return nullptr; }
    [[nodiscard]] bool fetches_from_others() const override { return true; }
    [[nodiscard]] bool is_asked_by_cid() const override { return true; }
    [[nodiscard]] std::vector<bool> find_present(std::span<const ipfs::Cid> roots) override;
    [[nodiscard]] bool holds(const ipfs::PayloadRef& payload) override;
    [[nodiscard]] ipfs::Cid store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) override;
    void copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& from) override;
    [[nodiscard]] ipfs::Cid store_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<PinRefusal> commit() override;
    void stop_waiting() override { limit_ = std::chrono::seconds(0); }

  private:
    void find_origins();
    void connect_delegates();

    // Also connects the nodes to the peers that fetch for the service, as soon as these are known.
    class Fetching final : public nodes::Pinner {
      public:
        explicit Fetching(ServiceTarget& target) : target_(target) {}
        [[nodiscard]] const std::string& host() const noexcept override { return target_.service_.host(); }
        [[nodiscard]] std::vector<nodes::PinStatus> states(std::span<const ipfs::Cid> roots) override;

      private:
        ServiceTarget& target_;
    };

    void add(const ipfs::PayloadRef& payload);

    const Program& program_;
    nodes::PinService service_;
    std::string url_;
    std::vector<nodes::Kubo*> nodes_;
    std::chrono::seconds limit_;
    std::optional<std::vector<std::string>> origins_;  // the nodes' addresses, once asked for

    std::mutex mutex_;
    std::vector<ipfs::PayloadRef> payloads_;  // of this batch
};

}  // namespace msh::storage
