// Reads a file's DAG from its root, in the order of the file, and proves every block on the way.
//
// The size of a file and its layout fix the shape of its DAG completely: how many nodes and leaves there are, of which
// sizes, under which codecs. The walk accepts that shape and no other. So a file has exactly one root under a layout,
// no DAG can be deeper, wider or longer than the file, and what is given out has `size` bytes or fewer.
//
// The size comes from a record and cannot be trusted, and a few nodes that link to one another can describe a file of
// petabytes. So a visitor that is not limited by disk space remembers the blocks that it has met (VisitedBlocks) and
// enters none twice: a walk then takes no more steps than there are links in different nodes, and than VisitedBlocks
// can remember. A walk ends with Error (again) when its finder says that the program is to end.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "ipfs/block_finder.hpp"
#include "ipfs/block_source.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/unixfs.hpp"

namespace msh::ipfs {

// A block, and what has to be below it. Two that are the same hold the same, or are both faulty.
struct Subtree {
    Cid cid;
    unsigned levels;                          // of nodes, itself included; 0 is a leaf
    std::uint64_t span;                       // bytes of the file
    std::optional<std::uint64_t> total_size;  // as its parent's link says; the root has none
    auto operator<=>(const Subtree&) const = default;
};

enum class BlockProblem {
    absent,     // in all sources
    damaged,    // not what its CID names, wherever it is
    malformed,  // what its CID names, but no part of a file of this size in this layout
};

// The blocks that a walk has met.
class VisitedBlocks {
  public:
    static constexpr std::size_t most = std::size_t{1} << 18;  // 256 GiB of different leaves; 30 MB of memory

    explicit VisitedBlocks(std::size_t limit = most) : limit_(limit) {}

    // Returns false if it was met before. Throws TooManyBlocks when the limit is reached.
    bool insert(const Subtree& subtree);

  private:
    std::size_t limit_;
    std::set<Subtree> met_;
};

// Error (input): the payload has more blocks than a walk can remember, so its state is unknown.
class TooManyBlocks : public Error {
  public:
    TooManyBlocks();
};

class FileVisitor {
  public:
    virtual ~FileVisitor() = default;
    // Before a block is fetched, which begins at this place of the file; false leaves it and what lies below it out.
    virtual bool enter(const Subtree& /*subtree*/, std::uint64_t /*offset*/) { return true; }
    // After all that lies below it.
    virtual void node(const Cid& /*cid*/, ByteView /*bytes*/) {}
    // The file's next bytes.
    virtual void leaf(const Cid& cid, std::uint64_t offset, ByteView bytes) = 0;
    // A block that could not be used; what lies below it is left out. The walk goes on unless this throws.
    virtual void fault(const Cid& cid, BlockProblem fault) = 0;
};

// The visitor is called by the calling thread alone.
void walk_file(const Cid& root, std::uint64_t size, BlockFinder& finder, const Layout& layout, FileVisitor& visitor);

// The same in turn, up to `workers` leaves side by side.
void walk_file(const Cid& root, std::uint64_t size, const BlockSources& sources, const Layout& layout, unsigned workers,
               FileVisitor& visitor, const IsOver& is_over = {});

}  // namespace msh::ipfs
