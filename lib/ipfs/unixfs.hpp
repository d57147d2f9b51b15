// A payload as a UnixFS file: cut into leaves of equal size, over which balanced nodes of links are built. The same
// bytes under the same layout give the same CID, here and in any other program.
//
//     const auto sink = [&](const Cid& cid, ByteView block) { store.put(cid, block); };
//     FileBuilder builder(unixfs_v1_2025, sink, workers);
//     while (...) builder.push(bytes);
//     Cid root = builder.finish();
//
// Leaves are raw blocks, all at the same depth; a file of one leaf, also the empty file, is that block and nothing
// else. Each block goes to the sink once it is finished: children before their node, the root last. Memory is one leaf,
// and at most max_links links a level (three levels of nodes for a petabyte).
//
// Source: IPIP-499, profile `unixfs-v1-2025`; UnixFS specification (ipfs/specs).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/dag_pb.hpp"

namespace msh::ipfs {

struct Layout {
    std::size_t leaf_size;  // bytes, at most max_block_size (ipfs/block_source.hpp)
    std::size_t max_links;  // of a node, at least 2
};

inline constexpr Layout unixfs_v1_2025{1024 * 1024, 1024};

// The levels of nodes above the leaves of a file of this size: 0 when it is one block.
[[nodiscard]] unsigned node_levels(const Layout& layout, std::uint64_t file_size) noexcept;
// The most bytes of a file below a block with this many levels of nodes (2^64 - 1 for all that is more).
[[nodiscard]] std::uint64_t full_span(const Layout& layout, unsigned levels) noexcept;
// The bytes of all blocks of a file of this size, nodes included, as a link to it says them: what its bytes are makes
// no difference. Modulo 2^64.
[[nodiscard]] std::uint64_t total_size(const Layout& layout, std::uint64_t file_size);

using BlockSink = std::function<void(const Cid&, ByteView)>;

// Gives the node's block to the sink; the link to it has no name.
[[nodiscard]] Link put_node(const Node& node, const BlockSink& sink);

class FileBuilder {
  public:
    // With several workers, whole leaves that arrive in one push() are hashed and given to the sink side by side, by
    // that many threads; with one, all is done by the pushing thread, in the order of the file.
    FileBuilder(const Layout& layout, BlockSink sink, unsigned workers);

    void push(ByteView bytes);
    // The root. To be called once, after the last push.
    [[nodiscard]] Cid finish();

  private:
    // A node whose links are being collected.
    struct OpenNode {
        std::vector<Link> links;
        std::vector<std::uint64_t> block_sizes;  // by link
    };
    // A finished block, as its parent sees it.
    struct Child {
        Link link;
        std::uint64_t span;
    };

    void emit_leaves(ByteView leaves);
    void add(std::size_t level, Child child);
    [[nodiscard]] Child close(OpenNode& node);

    Layout layout_;
    BlockSink sink_;
    unsigned workers_;
    bool empty_ = true;
    Bytes partial_;               // the beginning of the next leaf
    std::vector<OpenNode> open_;  // one a level, from the leaves up
};

}  // namespace msh::ipfs
