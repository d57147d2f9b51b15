#include "ipfs/file_walk.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "ipfs/dag_pb.hpp"

namespace msh::ipfs {
namespace {

Codec codec_at(unsigned levels) {
    return levels == 0 ? Codec::raw : Codec::dag_pb;
}

class Walk {
  public:
    Walk(BlockFinder& finder, const Layout& layout, FileVisitor& visitor)
        : finder_(finder), layout_(layout), visitor_(visitor) {}

    void visit(const Subtree& block, std::uint64_t offset) {
        if (visitor_.enter(block, offset)) use(block, offset, finder_.find({block.cid, block.span, offset}));
    }

  private:
    void use(const Subtree& block, std::uint64_t offset, const LookupResult& found) {
        if (finder_.is_over()) throw Error(ErrorKind::again, "the search was broken off");
        if (found.state == LookupResult::State::absent) return visitor_.fault(block.cid, BlockProblem::absent);
        if (found.state == LookupResult::State::damaged) return visitor_.fault(block.cid, BlockProblem::damaged);
        if (block.levels == 0) return use_leaf(block, offset, found.bytes);
        const auto children = children_of(block, found.bytes);
        if (!children) return visitor_.fault(block.cid, BlockProblem::malformed);
        if (block.levels == 1) {
            visit_leaves(*children, offset);
        } else {
            visit_nodes(*children, offset);
        }
        visitor_.node(block.cid, found.bytes);
    }

    void visit_nodes(const std::vector<Subtree>& nodes, std::uint64_t offset) {
        for (const Subtree& node : nodes) {
            visit(node, offset);
            offset += node.span;
        }
    }

    void use_leaf(const Subtree& block, std::uint64_t offset, ByteView bytes) {
        if (bytes.size() != block.span) return visitor_.fault(block.cid, BlockProblem::malformed);
        visitor_.leaf(block.cid, offset, bytes);
    }

    bool is_wanted(const Subtree& leaf, std::uint64_t offset) {
        if (!visitor_.enter(leaf, offset)) return false;
        if (leaf.total_size == leaf.span) return true;
        visitor_.fault(leaf.cid, BlockProblem::malformed);
        return false;
    }

    void visit_leaves(const std::vector<Subtree>& leaves, std::uint64_t offset) {
        std::vector<WantedBlock> wanted;
        for (const Subtree& leaf : leaves) {
            if (is_wanted(leaf, offset)) wanted.push_back({leaf.cid, leaf.span, offset});
            offset += leaf.span;
        }
        finder_.find_all(wanted, [&](std::size_t i, const LookupResult& found) {
            use({wanted[i].cid, 0, wanted[i].size, std::nullopt}, wanted[i].offset, found);
        });
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

    BlockFinder& finder_;
    const Layout& layout_;
    FileVisitor& visitor_;
};

}  // namespace

TooManyBlocks::TooManyBlocks() : Error(ErrorKind::input, "the payload has too many blocks to check") {}

bool VisitedBlocks::insert(const Subtree& subtree) {
    if (met_.size() < limit_) return met_.insert(subtree).second;
    if (met_.contains(subtree)) return false;
    throw TooManyBlocks();
}

void walk_file(const Cid& root, std::uint64_t size, BlockFinder& finder, const Layout& layout, FileVisitor& visitor) {
    const unsigned levels = node_levels(layout, size);
    if (root.codec() != codec_at(levels)) return visitor.fault(root, BlockProblem::malformed);
    Walk(finder, layout, visitor).visit({root, levels, size, std::nullopt}, 0);
}

void walk_file(const Cid& root, std::uint64_t size, const BlockSources& sources, const Layout& layout, unsigned workers,
               FileVisitor& visitor, const IsOver& is_over) {
    SequentialFinder finder(sources, workers, is_over);
    walk_file(root, size, finder, layout, visitor);
}

}  // namespace msh::ipfs
