// Where msh-put puts payloads. A target takes payloads one by one, by several threads at once, and promises nothing
// until settle(), which is called once a batch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "ipfs/block_source.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/car_writer.hpp"
#include "ipfs/payload.hpp"

namespace msh {

struct PayloadFile {
    std::filesystem::path path;
    std::uint64_t size;
    ipfs::Taking taking;
};

class Target {
  public:
    virtual ~Target() = default;

    // What the keystore remembers it by; nothing where nobody knows what it is.
    [[nodiscard]] virtual std::optional<std::string> name() const = 0;
    // Whether a payload it has taken may go where it came from.
    [[nodiscard]] virtual bool keeps() const = 0;
    // Whether a payload that was put there before seems to be there still.
    [[nodiscard]] virtual bool seems_to_have(const ipfs::Cid& /*root*/) const { return false; }
    // Whether it is there, every block of it.
    [[nodiscard]] virtual bool has(const ipfs::PayloadName& /*payload*/) { return false; }

    // Both throw Error, kind `input`, when the payload is not what it should be.
    [[nodiscard]] virtual ipfs::Cid take(const PayloadFile& file) = 0;
    virtual void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) = 0;

    // What was taken is durable.
    virtual void settle() {}
    // The end of the run.
    virtual void finish() {}
};

class StoreTarget : public Target {
  public:
    explicit StoreTarget(const std::filesystem::path& folder);

    [[nodiscard]] std::optional<std::string> name() const override { return name_; }
    [[nodiscard]] bool keeps() const override { return true; }
    [[nodiscard]] bool seems_to_have(const ipfs::Cid& root) const override { return store_.has(root); }
    [[nodiscard]] bool has(const ipfs::PayloadName& payload) override;
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    void settle() override { store_.sync(); }

  private:
    std::string name_;
    ipfs::BlockStore store_;
};

// An archive is for carrying: it may be lost on the way, so what is in it stays where it was, too. Each run writes it
// anew, so it never has anything.
class CarTarget : public Target {
  public:
    explicit CarTarget(const std::filesystem::path& file);

    [[nodiscard]] std::optional<std::string> name() const override { return name_; }
    [[nodiscard]] bool keeps() const override { return false; }
    [[nodiscard]] ipfs::Cid take(const PayloadFile& file) override;
    void take(const ipfs::PayloadName& payload, const ipfs::BlockSources& from) override;
    void finish() override { car_->finish(); }

  private:
    std::optional<std::string> name_;
    std::unique_ptr<ipfs::CarWriter> car_;
};

}  // namespace msh
