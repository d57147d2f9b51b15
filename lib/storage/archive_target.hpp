// A CAR archive as a target (ipfs/car_writer.hpp). It is not counted as a copy, as it may be lost in transit, so the
// payloads' files stay in the spool. Each run writes it anew, so nothing in it counts as already stored. A run that
// failed and stored nothing leaves the previous archive.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ipfs/car_writer.hpp"
#include "storage/target.hpp"

namespace msh::storage {

class ArchiveTarget final : public Target {
  public:
    // "-" is standard output.
    explicit ArchiveTarget(const std::filesystem::path& file);

    [[nodiscard]] std::string label() const override { return "the archive"; }
    [[nodiscard]] std::optional<std::string> keystore_name() const override { return name_; }
    [[nodiscard]] bool is_counted() const override { return false; }
    [[nodiscard]] bool is_lasting() const override { return false; }
    [[nodiscard]] ipfs::BlockSource* source() override { return nullptr; }
    [[nodiscard]] std::vector<bool> find_present(std::span<const ipfs::Cid> roots) override {
        return std::vector<bool>(roots.size());
    }
    [[nodiscard]] bool holds(const ipfs::PayloadRef& /*payload*/) override { return false; }
    [[nodiscard]] ipfs::Cid store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) override;
    void copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& from) override;
    [[nodiscard]] ipfs::Cid store_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<PinRefusal> commit() override { return {}; }
    void close(bool all_well, const std::function<void()>& between) override;

  private:
    void add_root(const ipfs::Cid& root);

    std::optional<std::string> name_;
    std::unique_ptr<ipfs::CarWriter> car_;
    std::atomic<bool> is_empty_{true};
};

}  // namespace msh::storage
