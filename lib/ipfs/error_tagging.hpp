// Where blocks are copied from one place to another, who failed: what a source throws when it cannot be asked comes
// out as SourceError, and so is not taken for an error of the place that the blocks are for.
//
//     ErrorTaggingSource source(node);                       // or an ErrorTaggingFinder around all of them
//     try {
//         copy_payload(payload, {&source}, layout, 1, sink);
//     } catch (const SourceError& failure) { ... }    // anything else is the sink's, or says that a block is nowhere
#pragma once

#include <optional>
#include <span>

#include "base/error.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/block_source.hpp"

namespace msh::ipfs {

// Has kind, message and hint of what was thrown.
class SourceError : public Error {
  public:
    explicit SourceError(const Error& why, const BlockSource* source = nullptr)
        : Error(why.kind(), why.what(), why.hint()), source_(source) {}
    // The one that was asked; null where there are several.
    [[nodiscard]] const BlockSource* source() const noexcept { return source_; }

  private:
    const BlockSource* source_;
};

class ErrorTaggingSource final : public BlockSource {
  public:
    // The source must outlive it.
    explicit ErrorTaggingSource(BlockSource& source) : source_(source) {}
    // An Error of kind `input`, of what is there and cannot be the block, passes as it is.
    [[nodiscard]] std::optional<Bytes> fetch(const Cid& cid) override;

  private:
    BlockSource& source_;
};

class ErrorTaggingFinder final : public BlockFinder {
  public:
    // The finder must outlive it.
    explicit ErrorTaggingFinder(BlockFinder& finder) : finder_(finder) {}
    [[nodiscard]] LookupResult find(const WantedBlock& block) override;
    // What `use` throws passes as it is.
    void find_all(std::span<const WantedBlock> blocks, const Use& use) override;
    [[nodiscard]] bool is_over() const override { return finder_.is_over(); }

  private:
    BlockFinder& finder_;
};

}  // namespace msh::ipfs
