// Where msh-put puts payloads. A target takes single payloads, and what it took is durable only after settle(), which
// is called once for each batch. The functions that ask and take may be called by several threads at once. A payload is
// given to all targets at the same time.
//
// Errors: kind `input` where a payload is to blame, `again` or `failed` where the target is.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/car_writer.hpp"
#include "ipfs/dag_pb.hpp"
#include "ipfs/payload.hpp"
#include "nodes/node_writer.hpp"

namespace msh {

struct PayloadFile {
    std::filesystem::path path;
    std::uint64_t size;
    ipfs::Taking taking;
    std::optional<ipfs::FileStamp> named{};  // when its CID was read from it
    unsigned workers = 1;                    // that may read it side by side
};

using nodes::Refusal;

class Target {
  public:
    Target() = default;
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;
    virtual ~Target() = default;

    // Its name in the keystore; nothing if it cannot be recognised later, as a pipe.
    [[nodiscard]] virtual std::optional<std::string> name() const = 0;
    // Before anything else is asked of it; `has_payloads` when the keystore knows some there. Throws Error, as all below.
    virtual void open(bool /*has_payloads*/) {}

    // For messages: a folder, a file, or a URL.
    [[nodiscard]] virtual std::string label() const = 0;
    // Whether --at-least counts it.
    [[nodiscard]] virtual bool counts() const { return true; }
    // Whether the payload's file may be removed once this target has it.
    [[nodiscard]] virtual bool keeps() const = 0;
    // Reads what it has; null if it cannot be read.
    [[nodiscard]] virtual ipfs::BlockSource* source() = 0;
    // Whether it fetches from the other targets, which have to be settled first.
    [[nodiscard]] virtual bool follows_others() const { return false; }
    // Whether it can be asked by CID what it has, whoever put it there; else only the keystore knows.
    [[nodiscard]] virtual bool knows_by_itself() const { return false; }
    // Which of these seem to be there: a quick check. has() checks one payload closely.
    [[nodiscard]] virtual std::vector<bool> seem_to_be_there(std::span<const ipfs::Cid> roots) = 0;
    [[nodiscard]] virtual bool has(const ipfs::PayloadName& payload) = 0;

    // Both throw Error (input) when the payload is not what it should be, or does not have this CID.
    [[nodiscard]] virtual ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) = 0;
    virtual void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) = 0;

    // A directory of payloads that it has. One thread only. Error (input) as in ipfs/directory.hpp.
    [[nodiscard]] virtual ipfs::Cid take_directory(std::span<const ipfs::Link> entries) = 0;

    // Makes durable what was taken, except for the refusals that it returns.
    [[nodiscard]] virtual std::vector<Refusal> settle() = 0;
    // From now on settle() does not wait for pins.
    virtual void wait_no_more() {}
    // Ends the run. Where that takes long, `between` is called now and then, and may throw.
    virtual void finish(bool all_well, const std::function<void()>& between) = 0;
};

// Error (input) if the file's CID is not `wanted`. Called before any of it is copied to where others can read it.
void require_wanted(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted);

// The bytes of all blocks below a directory.
[[nodiscard]] std::uint64_t size_below(std::span<const ipfs::Link> entries);

class StoreTarget final : public Target {
  public:
    // Error (failed) for a home folder; its store is meant instead.
    StoreTarget(const std::filesystem::path& folder, const std::filesystem::path& own_store);

    [[nodiscard]] std::optional<std::string> name() const override { return name_; }
    [[nodiscard]] std::string label() const override { return folder_.string(); }
    // Makes the folder, unless it has payloads: where it is gone or empty then, it is not mounted, or lost: Error (failed).
    void open(bool has_payloads) override;
    [[nodiscard]] bool keeps() const override { return true; }
    [[nodiscard]] ipfs::BlockSource* source() override { return store_ ? &*store_ : nullptr; }
    [[nodiscard]] std::vector<bool> seem_to_be_there(std::span<const ipfs::Cid> roots) override;
    [[nodiscard]] bool has(const ipfs::PayloadName& payload) override;
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    [[nodiscard]] ipfs::Cid take_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<Refusal> settle() override;
    void finish(bool /*all_well*/, const std::function<void()>& /*between*/) override {}

  private:
    std::filesystem::path folder_;
    std::string name_;
    std::optional<ipfs::BlockStore> store_;  // once it is open
};

// A CAR archive. It may be lost in transport, so the payloads' files are kept. Each run writes it anew, so it never has
// anything. A run that failed and took nothing leaves the previous archive.
class CarTarget final : public Target {
  public:
    explicit CarTarget(const std::filesystem::path& file);

    [[nodiscard]] std::optional<std::string> name() const override { return name_; }
    [[nodiscard]] std::string label() const override { return "the archive"; }
    [[nodiscard]] bool counts() const override { return false; }
    [[nodiscard]] bool keeps() const override { return false; }
    [[nodiscard]] ipfs::BlockSource* source() override { return nullptr; }
    [[nodiscard]] std::vector<bool> seem_to_be_there(std::span<const ipfs::Cid> roots) override {
        return std::vector<bool>(roots.size());
    }
    [[nodiscard]] bool has(const ipfs::PayloadName& /*payload*/) override { return false; }
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    [[nodiscard]] ipfs::Cid take_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<Refusal> settle() override { return {}; }
    void finish(bool all_well, const std::function<void()>& between) override;

  private:
    void add_root(const ipfs::Cid& root);

    std::optional<std::string> name_;
    std::unique_ptr<ipfs::CarWriter> car_;
    std::atomic<bool> is_empty_{true};
};

}  // namespace msh
