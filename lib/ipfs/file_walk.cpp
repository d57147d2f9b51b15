#include "ipfs/file_walk.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "ipfs/dag_pb.hpp"
#include "ipfs/parallel.hpp"

namespace msh::ipfs {
namespace {

// A block that is to be read, and what is known of it beforehand.
struct Expected {
    Cid cid;
    unsigned levels;                          // of nodes, itself included; 0 is a leaf
    std::uint64_t span;                       // bytes of the file
    std::optional<std::uint64_t> total_size;  // as its parent's link says; the root has none
};

Codec codec_at(unsigned levels) {
    return levels == 0 ? Codec::raw : Codec::dag_pb;
}

class Walk {
  public:
    Walk(const BlockSources& sources, const Layout& layout, unsigned workers, FileVisitor& visitor)
        : sources_(sources), layout_(layout), workers_(std::max(workers, 1U)), visitor_(visitor) {}

    void visit(const Expected& block) { use(block, find_block(sources_, block.cid)); }

  private:
    void use(const Expected& block, const Found& found) {
        if (found.state == Found::State::absent) return visitor_.fault(block.cid, BlockFault::absent);
        if (found.state == Found::State::damaged) return visitor_.fault(block.cid, BlockFault::damaged);
        if (block.levels == 0) return use_leaf(block, found.bytes);
        const auto children = children_of(block, found.bytes);
        if (!children) return visitor_.fault(block.cid, BlockFault::malformed);
        visitor_.node(block.cid);
        if (block.levels == 1) return visit_leaves(*children);
        for (const Expected& child : *children)
            visit(child);
    }

    void use_leaf(const Expected& block, ByteView bytes) {
        if (bytes.size() != block.span || block.total_size.value_or(block.span) != block.span) {
            return visitor_.fault(block.cid, BlockFault::malformed);
        }
        visitor_.leaf(block.cid, bytes);
    }

    void visit_leaves(const std::vector<Expected>& leaves) {
        std::vector<Found> found(workers_);
        for (std::size_t done = 0; done < leaves.size();) {
            const std::size_t count = std::min<std::size_t>(workers_, leaves.size() - done);
            run_parallel(count, [&](std::size_t i) { found[i] = find_block(sources_, leaves[done + i].cid); });
            for (std::size_t i = 0; i < count; ++i)
                use(leaves[done + i], found[i]);
            done += count;
        }
    }

    // The children of a node that is exactly as it has to be, else nothing.
    [[nodiscard]] std::optional<std::vector<Expected>> children_of(const Expected& parent, ByteView bytes) const {
        const auto node = decode_node(bytes);
        if (!node || !node->data) return std::nullopt;
        const std::uint64_t most = full_span(layout_, parent.levels - 1);
        if (node->links.size() != (parent.span - 1) / most + 1) return std::nullopt;

        std::vector<Expected> children;
        std::vector<std::uint64_t> spans;
        std::uint64_t total_size = bytes.size();
        std::uint64_t left = parent.span;
        for (const Link& link : node->links) {
            if (link.cid.codec() != codec_at(parent.levels - 1) || !link.name.empty()) return std::nullopt;
            spans.push_back(std::min(left, most));
            children.push_back({link.cid, parent.levels - 1, spans.back(), link.total_size});
            left -= spans.back();
            total_size += link.total_size;  // modulo 2^64, as whoever wrote it
        }
        if (*node->data != encode_file_data(spans) || parent.total_size.value_or(total_size) != total_size) {
            return std::nullopt;
        }
        return children;
    }

    const BlockSources& sources_;
    const Layout& layout_;
    std::size_t workers_;
    FileVisitor& visitor_;
};

}  // namespace

void walk_file(const Cid& root, std::uint64_t size, const BlockSources& sources, const Layout& layout, unsigned workers,
               FileVisitor& visitor) {
    const unsigned levels = node_levels(layout, size);
    if (root.codec() != codec_at(levels)) return visitor.fault(root, BlockFault::malformed);
    Walk(sources, layout, workers, visitor).visit({root, levels, size, std::nullopt});
}

}  // namespace msh::ipfs
