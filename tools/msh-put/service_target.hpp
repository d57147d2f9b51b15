// A pinning service as a target: it is sent nothing, but asked to fetch what the other targets of the run have, and to
// keep it.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ipfs/pins.hpp"
#include "target.hpp"

namespace msh {

class ServiceTarget final : public Target {
  public:
    // `origins`: the addresses of nodes that have what it is asked to fetch.
    ServiceTarget(const http::ServerAddress& address, http::Client& client, std::vector<std::string> origins);

    [[nodiscard]] std::optional<std::string> name() const override { return name_; }
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
    void finish(bool /*all_well*/, const std::function<void()>& /*between*/) override {}

  private:
    ipfs::PinService service_;
    std::string name_;
    http::Client& client_;
    std::vector<std::string> origins_;

    std::mutex mutex_;
    std::vector<ipfs::PayloadName> payloads_;  // of this batch
};

}  // namespace msh
