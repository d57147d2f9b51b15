// Where msh-put puts payloads. A target takes payloads one by one, by several threads at once, and promises nothing
// until settle(), which is called once a batch.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "ipfs/block_source.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/car_writer.hpp"
#include "ipfs/dag_pb.hpp"
#include "ipfs/payload.hpp"

namespace msh {

struct PayloadFile {
    std::filesystem::path path;
    std::uint64_t size;
    ipfs::Taking taking;
};

class Target {
  public:
    Target() = default;
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;
    virtual ~Target() = default;

    // What the keystore remembers it by; nothing where nobody knows what it is.
    [[nodiscard]] virtual std::optional<std::string> name() const = 0;
    // Whether a payload it has taken may go where it came from.
    [[nodiscard]] virtual bool keeps() const = 0;
    // Where what it has can be read again; null where it cannot.
    [[nodiscard]] virtual ipfs::BlockSource* source() = 0;
    // Whether a payload that was put there before seems to be there still, and whether every block of it is.
    [[nodiscard]] virtual bool seems_to_have(const ipfs::Cid& root) const = 0;
    [[nodiscard]] virtual bool has(const ipfs::PayloadName& payload) = 0;

    // Both throw Error, kind `input`, when the payload is not what it should be: under this CID, if there is one.
    [[nodiscard]] virtual ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) = 0;
    virtual void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) = 0;

    // A directory of payloads that it has; by one thread. Throws Error, kind `input`, where ipfs/directory.hpp does.
    [[nodiscard]] virtual ipfs::Cid take_directory(std::span<const ipfs::Link> entries) = 0;

    // What was taken is durable.
    virtual void settle() = 0;
    // The end of the run; `between` is called now and then where that takes long, and may throw.
    virtual void finish(bool all_well, const std::function<void()>& between) = 0;
};

class StoreTarget final : public Target {
  public:
    // Error (failed) for a folder that is a home, and not the store in it.
    explicit StoreTarget(const std::filesystem::path& folder);

    [[nodiscard]] std::optional<std::string> name() const override { return name_; }
    [[nodiscard]] bool keeps() const override { return true; }
    [[nodiscard]] ipfs::BlockSource* source() override { return &store_; }
    [[nodiscard]] bool seems_to_have(const ipfs::Cid& root) const override { return store_.has(root); }
    [[nodiscard]] bool has(const ipfs::PayloadName& payload) override;
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    [[nodiscard]] ipfs::Cid take_directory(std::span<const ipfs::Link> entries) override;
    void settle() override { store_.sync(); }
    void finish(bool /*all_well*/, const std::function<void()>& /*between*/) override {}

  private:
    ipfs::BlockStore store_;
    std::string name_;
};

// An archive is for carrying: it may be lost on the way, so what is in it stays where it was, too. Each run writes it
// anew, so it never has anything. A run that failed and took nothing leaves the one of before.
class CarTarget final : public Target {
  public:
    explicit CarTarget(const std::filesystem::path& file);

    [[nodiscard]] std::optional<std::string> name() const override { return name_; }
    [[nodiscard]] bool keeps() const override { return false; }
    [[nodiscard]] ipfs::BlockSource* source() override { return nullptr; }
    [[nodiscard]] bool seems_to_have(const ipfs::Cid& /*root*/) const override { return false; }
    [[nodiscard]] bool has(const ipfs::PayloadName& /*payload*/) override { return false; }
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    [[nodiscard]] ipfs::Cid take_directory(std::span<const ipfs::Link> entries) override;
    void settle() override {}
    void finish(bool all_well, const std::function<void()>& between) override;

  private:
    void add_root(const ipfs::Cid& root);

    std::optional<std::string> name_;
    std::unique_ptr<ipfs::CarWriter> car_;
    std::atomic<bool> is_empty_{true};
};

}  // namespace msh
