// Where msh-put puts payloads. A target takes payloads one by one, by several threads at once, and promises nothing
// until settle(), which is called once a batch. All targets take at the same time, each by a thread of its own, so that
// the slowest sets the pace and not their sum.
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
#include "ipfs/node_writer.hpp"
#include "ipfs/payload.hpp"

namespace msh {

struct PayloadFile {
    std::filesystem::path path;
    std::uint64_t size;
    ipfs::Taking taking;
    std::optional<ipfs::FileStamp> named{};  // when its CID was read from it
    unsigned workers = 1;                    // that may read it side by side
};

using ipfs::Refusal;

class Target {
  public:
    Target() = default;
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;
    virtual ~Target() = default;

    // What the keystore remembers it by; nothing where nobody knows what it is.
    [[nodiscard]] virtual std::optional<std::string> name() const = 0;
    // For messages: a folder, a file, or a URL.
    [[nodiscard]] virtual std::string label() const = 0;
    // Whether it is one of those of which --at-least is true.
    [[nodiscard]] virtual bool counts() const { return true; }
    // Whether a payload it has taken may go where it came from.
    [[nodiscard]] virtual bool keeps() const = 0;
    // Where what it has can be read again; null where it cannot.
    [[nodiscard]] virtual ipfs::BlockSource* source() = 0;
    // Whether it fetches from the other targets, which have to be settled before.
    [[nodiscard]] virtual bool follows_others() const { return false; }
    // Whether it tells by a CID what it has, whoever put it there; else the keystore has to know that it was put there.
    [[nodiscard]] virtual bool knows_by_itself() const { return false; }
    // Which of these seem to be there, and whether every block of one is.
    [[nodiscard]] virtual std::vector<bool> seem_to_be_there(std::span<const ipfs::Cid> roots) = 0;
    [[nodiscard]] virtual bool has(const ipfs::PayloadName& payload) = 0;

    // Both throw Error, kind `input`, when the payload is not what it should be: under this CID, if there is one.
    [[nodiscard]] virtual ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) = 0;
    virtual void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) = 0;

    // A directory of payloads that it has; by one thread. Throws Error, kind `input`, where ipfs/directory.hpp does.
    [[nodiscard]] virtual ipfs::Cid take_directory(std::span<const ipfs::Link> entries) = 0;

    // What was taken is durable, but for what comes back.
    [[nodiscard]] virtual std::vector<Refusal> settle() = 0;
    // From now on settle() waits for nobody who pins in his own time.
    virtual void wait_no_more() {}
    // The end of the run; `between` is called now and then where that takes long, and may throw.
    virtual void finish(bool all_well, const std::function<void()>& between) = 0;
};

// Before a byte of it is where others can read it: Error (input) when the file is another payload than `wanted`.
void require_wanted(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted);

// The bytes of all blocks below a directory.
[[nodiscard]] std::uint64_t size_below(std::span<const ipfs::Link> entries);

class StoreTarget final : public Target {
  public:
    // Error (failed) for a folder that is a home, and not the store in it.
    explicit StoreTarget(const std::filesystem::path& folder);

    [[nodiscard]] std::optional<std::string> name() const override { return name_; }
    [[nodiscard]] std::string label() const override { return folder_; }
    [[nodiscard]] bool keeps() const override { return true; }
    [[nodiscard]] ipfs::BlockSource* source() override { return &store_; }
    [[nodiscard]] std::vector<bool> seem_to_be_there(std::span<const ipfs::Cid> roots) override;
    [[nodiscard]] bool has(const ipfs::PayloadName& payload) override;
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file, const std::optional<ipfs::Cid>& wanted) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    [[nodiscard]] ipfs::Cid take_directory(std::span<const ipfs::Link> entries) override;
    [[nodiscard]] std::vector<Refusal> settle() override;
    void finish(bool /*all_well*/, const std::function<void()>& /*between*/) override {}

  private:
    ipfs::BlockStore store_;
    std::string folder_;
    std::string name_;
};

// An archive is for carrying: it may be lost on the way, so what is in it stays where it was, too. Each run writes it
// anew, so it never has anything. A run that failed and took nothing leaves the one of before.
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
