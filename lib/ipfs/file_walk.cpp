#include "ipfs/file_walk.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/parallel.hpp"
#include "ipfs/dag_pb.hpp"

namespace msh::ipfs {
namespace {

Codec codec_at(unsigned levels) {
    return levels == 0 ? Codec::raw : Codec::dag_pb;
}

class Walk {
  public:
    Walk(const BlockSources& sources, const Layout& layout, unsigned workers, FileVisitor& visitor)
        : sources_(sources), layout_(layout), workers_(std::max(workers, 1U)), visitor_(visitor) {}

    void visit(const Subtree& block) {
        if (visitor_.enter(block)) use(block, find_block(sources_, block.cid));
    }

  private:
    void use(const Subtree& block, const Found& found) {
        if (found.state == Found::State::absent) return visitor_.fault(block.cid, BlockFault::absent);
        if (found.state == Found::State::damaged) return visitor_.fault(block.cid, BlockFault::damaged);
        if (block.levels == 0) return use_leaf(block, found.bytes);
        auto children = children_of(block, found.bytes);
        if (!children) return visitor_.fault(block.cid, BlockFault::malformed);
        visitor_.node(block.cid);
        if (block.levels == 1) return visit_leaves(std::move(*children));
        for (const Subtree& child : *children)
            visit(child);
    }

    void use_leaf(const Subtree& block, ByteView bytes) {
        if (bytes.size() != block.span) return visitor_.fault(block.cid, BlockFault::malformed);
        visitor_.leaf(block.cid, bytes);
    }

    bool is_wanted(const Subtree& leaf) {
        if (!visitor_.enter(leaf)) return false;
        if (leaf.total_size == leaf.span) return true;
        visitor_.fault(leaf.cid, BlockFault::malformed);
        return false;
    }

    void visit_leaves(std::vector<Subtree> leaves) {
        std::erase_if(leaves, [&](const Subtree& leaf) { return !is_wanted(leaf); });
        std::vector<Found> found(workers_);
        for (std::size_t done = 0; done < leaves.size();) {
            const std::size_t count = std::min<std::size_t>(workers_, leaves.size() - done);
            parallel_for(count, static_cast<unsigned>(count),
                         [&](std::size_t i) { found[i] = find_block(sources_, leaves[done + i].cid); });
            for (std::size_t i = 0; i < count; ++i)
                use(leaves[done + i], found[i]);
            done += count;
        }
    }

    // The children of a node that is exactly as it has to be, else nothing.
    [[nodiscard]] std::optional<std::vector<Subtree>> children_of(const Subtree& parent, ByteView bytes) const {
        const auto node = decode_node(bytes);
        if (!node || !node->data) return std::nullopt;
        const std::uint64_t most = full_span(layout_, parent.levels - 1);
        if (node->links.size() != (parent.span - 1) / most + 1) return std::nullopt;

        std::vector<Subtree> children;
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
