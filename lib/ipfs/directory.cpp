#include "ipfs/directory.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ipfs/hamt.hpp"

namespace msh::ipfs {
namespace {

constexpr std::size_t max_name = 255;
constexpr std::size_t least_link = 2 + (2 + Cid::binary_size) + (2 + 1) + 2;  // in a block, with a name of one byte

void require_name(const std::string& name) {
    const bool is_wrong = name.empty() || name.size() > max_name || name == "." || name == ".." ||
                          name.find_first_of(std::string_view("/\0", 2)) != std::string::npos;
    if (is_wrong) throw Error(ErrorKind::input, "an entry of a directory has no valid name");
}

std::vector<const Link*> sorted_by_name(std::span<const Link> entries) {
    std::vector<const Link*> sorted;
    sorted.reserve(entries.size());
    for (const Link& entry : entries) {
        require_name(entry.name);
        sorted.push_back(&entry);
    }
    std::sort(sorted.begin(), sorted.end(), [](const Link* a, const Link* b) { return a->name < b->name; });
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end(),
                                          [](const Link* a, const Link* b) { return a->name == b->name; });
    if (twice != sorted.end()) throw Error(ErrorKind::input, "two entries of a directory have the same name");
    return sorted;
}

// Nothing where it would be too large.
std::optional<Bytes> basic_block(const std::vector<const Link*>& sorted) {
    if (sorted.size() > max_basic_directory / least_link) return std::nullopt;
    Node node;
    node.data = encode_directory_data();
    for (const Link* entry : sorted)
        node.links.push_back(*entry);
    Bytes block = encode_node(node);
    if (block.size() > max_basic_directory) return std::nullopt;
    return block;
}

}  // namespace

Cid build_directory(std::span<const Link> entries, const BlockSink& sink) {
    const auto block = basic_block(sorted_by_name(entries));
    if (!block) return build_hamt(entries, sink);
    const Cid cid = Cid::of(Codec::dag_pb, *block);
    sink(cid, *block);
    return cid;
}

}  // namespace msh::ipfs
