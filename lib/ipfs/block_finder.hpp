// How the blocks of a payload are found: in a few sources in turn (SequentialFinder), or in many at once
// (nodes/fetcher.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"

namespace msh::ipfs {

struct WantedBlock {
    Cid cid;
    std::uint64_t size;    // of the file below it
    std::uint64_t offset;  // where that begins in the file
};

class BlockFinder {
  public:
    BlockFinder() = default;
    BlockFinder(const BlockFinder&) = delete;
    BlockFinder& operator=(const BlockFinder&) = delete;
    virtual ~BlockFinder() = default;

    // As find_block: verified, or absent, or damaged; the error of a source where it is not known.
    [[nodiscard]] virtual LookupResult find(const WantedBlock& block) = 0;

    // Each of them to `use`, in order, by the calling thread; some are fetched ahead.
    using Use = std::function<void(std::size_t, const LookupResult&)>;
    virtual void find_all(std::span<const WantedBlock> blocks, const Use& use) = 0;

    // Whether all shall end: a walk that asks this for each block ends then (ipfs/file_walk.hpp).
    [[nodiscard]] virtual bool is_over() const { return false; }
};

using IsOver = std::function<bool()>;

// Asks one source after the other, for up to `workers` blocks side by side.
class SequentialFinder final : public BlockFinder {
  public:
    // The sources must outlive it.
    SequentialFinder(const BlockSources& sources, unsigned workers, IsOver is_over = {})
        : sources_(sources), workers_(workers == 0 ? 1 : workers), is_over_(std::move(is_over)) {}

    [[nodiscard]] LookupResult find(const WantedBlock& block) override { return find_block(sources_, block.cid); }
    void find_all(std::span<const WantedBlock> blocks, const Use& use) override;
    [[nodiscard]] bool is_over() const override { return is_over_ && is_over_(); }

  private:
    const BlockSources& sources_;
    unsigned workers_;
    IsOver is_over_;
};

}  // namespace msh::ipfs
