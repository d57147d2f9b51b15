// A pinning service as a target. It is sent no data: it is asked to fetch and pin what the other targets of the run
// have.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "keystore/targets.hpp"
#include "nodes/kubo.hpp"
#include "nodes/pin_service.hpp"
#include "target.hpp"

namespace msh {

class ServiceTarget final : public Target {
  public:
    // The nodes have the payloads. The service is told their addresses, and they connect to the peers that fetch for
    // it, so that it can fetch from behind a firewall. They must outlive it.
    ServiceTarget(const http::ServerAddress& address, http::Client& client, std::vector<nodes::Kubo*> nodes);

    [[nodiscard]] std::optional<std::string> name() const override { return keystore::pin_service_target(url_); }
    [[nodiscard]] std::string label() const override { return url_; }
    [[nodiscard]] bool keeps() const override { return false; }
    [[nodiscard]] ipfs::BlockSource* source() override { return nullptr; }
    [[nodiscard]] bool follows_others() const override { return true; }
    [[nodiscard]] bool knows_by_itself() const override { return true; }
    [[nodiscard]] std::vector<bool> seem_to_be_there(std::span<const ipfs::Cid> roots) override;
    [[nodiscard]] bool has(const ipfs::PayloadName& payload) override;
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    [[nodiscard]] ipfs::Cid take_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<Refusal> settle() override;
    void wait_no_more() override { limit_ = std::chrono::seconds(0); }
    void finish(bool /*all_well*/, const std::function<void()>& /*between*/) override {}

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

    nodes::PinService service_;
    std::string url_;
    std::vector<nodes::Kubo*> nodes_;
    std::chrono::seconds limit_;
    std::optional<std::vector<std::string>> origins_;  // the nodes' addresses, once asked for

    std::mutex mutex_;
    std::vector<ipfs::PayloadName> payloads_;  // of this batch
};

}  // namespace msh
