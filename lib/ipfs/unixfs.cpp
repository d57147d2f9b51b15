#include "ipfs/unixfs.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "base/parallel.hpp"

namespace msh::ipfs {
namespace {

// Nodes are as long as what they say of their children is; one CID is as long as another.
std::uint64_t total_size_below(const Layout& layout, unsigned levels, std::uint64_t span) {
    if (levels == 0) return span;
    static const Cid any = Cid::of(Codec::raw, {});
    const std::uint64_t most = full_span(layout, levels - 1);
    std::vector<std::uint64_t> spans(span / most, most);
    Node node;
    std::uint64_t total_size = 0;
    const auto add = [&](std::size_t count, std::uint64_t child_size) {
        node.links.insert(node.links.end(), count, Link{any, {}, child_size});
        total_size += count * child_size;
    };
    if (!spans.empty()) add(spans.size(), total_size_below(layout, levels - 1, most));
    if (const std::uint64_t rest = span % most; rest > 0) {
        add(1, total_size_below(layout, levels - 1, rest));
        spans.push_back(rest);
    }
    node.data = encode_file_data(spans);
    return total_size + encode_node(node).size();
}

}  // namespace

std::uint64_t full_span(const Layout& layout, unsigned levels) noexcept {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t span = layout.leaf_size;
    for (; levels > 0; --levels) {
        if (span > most / layout.max_links) return most;
        span *= layout.max_links;
    }
    return span;
}

unsigned node_levels(const Layout& layout, std::uint64_t file_size) noexcept {
    unsigned levels = 0;
    while (full_span(layout, levels) < file_size)
        ++levels;
    return levels;
}

std::uint64_t total_size(const Layout& layout, std::uint64_t file_size) {
    return total_size_below(layout, node_levels(layout, file_size), file_size);
}

Link put_node(const Node& node, const BlockSink& sink) {
    const Bytes block = encode_node(node);
    const Cid cid = Cid::of(Codec::dag_pb, block);
    sink(cid, block);
    std::uint64_t total_size = block.size();
    for (const Link& link : node.links)
        total_size += link.total_size;
    return {cid, {}, total_size};
}

FileBuilder::FileBuilder(const Layout& layout, BlockSink sink, unsigned workers)
    : layout_(layout), sink_(std::move(sink)), workers_(std::max(workers, 1U)) {}

void FileBuilder::push(ByteView bytes) {
    if (bytes.empty()) return;
    empty_ = false;
    if (!partial_.empty()) {
        const ByteView head = bytes.first(std::min(bytes.size(), layout_.leaf_size - partial_.size()));
        append(partial_, head);
        bytes = bytes.subspan(head.size());
        if (partial_.size() < layout_.leaf_size) return;
        emit_leaves(partial_);
        partial_.clear();
    }
    const ByteView leaves = bytes.first(bytes.size() - bytes.size() % layout_.leaf_size);
    emit_leaves(leaves);
    append(partial_, bytes.subspan(leaves.size()));
}

Cid FileBuilder::finish() {
    if (empty_) {
        const Cid leaf = Cid::of(Codec::raw, {});
        sink_(leaf, {});
        return leaf;
    }
    emit_leaves(partial_);
    // Nodes left open are closed from the leaves up, until one child is left that is all of the file.
    for (std::size_t level = 0;; ++level) {
        OpenNode& node = open_[level];
        if (level + 1 == open_.size() && node.links.size() == 1) return node.links.front().cid;
        if (!node.links.empty()) add(level + 1, close(node));
    }
}

// Leaves one after the other, all of them whole but for the last one of a file.
void FileBuilder::emit_leaves(ByteView leaves) {
    const std::size_t leaf_size = layout_.leaf_size;
    std::vector<Digest> digests(workers_);
    while (!leaves.empty()) {
        const std::size_t count = std::min<std::size_t>(workers_, (leaves.size() + leaf_size - 1) / leaf_size);
        const auto leaf = [&](std::size_t i) {
            return leaves.subspan(i * leaf_size, std::min(leaf_size, leaves.size() - i * leaf_size));
        };
        parallel_for(count, static_cast<unsigned>(count), [&](std::size_t i) {
            const Cid cid = Cid::of(Codec::raw, leaf(i));
            digests[i] = cid.digest();
            sink_(cid, leaf(i));
        });
        for (std::size_t i = 0; i < count; ++i) {
            add(0, {{Cid(Codec::raw, digests[i]), {}, leaf(i).size()}, leaf(i).size()});
        }
        leaves = leaves.subspan(std::min(leaves.size(), count * leaf_size));
    }
}

void FileBuilder::add(std::size_t level, Child child) {
    if (level == open_.size()) open_.emplace_back();
    OpenNode& node = open_[level];
    node.links.push_back(std::move(child.link));
    node.block_sizes.push_back(child.span);
    if (node.links.size() == layout_.max_links) add(level + 1, close(node));
}

FileBuilder::Child FileBuilder::close(OpenNode& node) {
    const Node finished{std::exchange(node.links, {}), encode_file_data(node.block_sizes)};
    const std::uint64_t span = std::accumulate(node.block_sizes.begin(), node.block_sizes.end(), std::uint64_t{0});
    node.block_sizes.clear();
    return {put_node(finished, sink_), span};
}

}  // namespace msh::ipfs
