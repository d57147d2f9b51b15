// A block store in a folder as a target (ipfs/block_store.hpp).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ipfs/block_store.hpp"
#include "storage/target.hpp"

namespace msh::storage {

class StoreTarget final : public Target {
  public:
    // Throws Error (failed) if `folder` is a home folder; its store is probably meant. `is_over` ends the reading of a
    // payload.
    StoreTarget(const std::filesystem::path& folder, const std::filesystem::path& own_store, ipfs::IsOver is_over);

    [[nodiscard]] std::string label() const override { return folder_.string(); }
    [[nodiscard]] std::optional<std::string> keystore_name() const override { return name_; }
    [[nodiscard]] bool is_lasting() const override { return true; }
    [[nodiscard]] ipfs::BlockSource* source() override { return store_ ? &*store_ : nullptr; }
    // Makes the folder if it is missing. Throws Error (failed) if `has_payloads` and it is missing or empty: it may not
    // be mounted, or is lost.
    void open(bool has_payloads) override;
    [[nodiscard]] std::vector<bool> find_present(std::span<const ipfs::Cid> roots) override;
    [[nodiscard]] bool holds(const ipfs::PayloadRef& payload) override;
    [[nodiscard]] ipfs::Cid store_file(const PayloadFile& file, const std::optional<ipfs::Cid>& expected) override;
    void copy(const ipfs::PayloadRef& payload, ipfs::BlockFinder& from) override;
    [[nodiscard]] ipfs::Cid store_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<PinRefusal> commit() override;

  private:
    std::filesystem::path folder_;
    std::string name_;
    ipfs::IsOver is_over_;
    std::optional<ipfs::BlockStore> store_;  // once it is open
};

}  // namespace msh::storage
