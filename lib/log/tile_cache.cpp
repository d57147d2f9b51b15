#include "log/tile_cache.hpp"

namespace msh::log {
namespace {

constexpr std::size_t max_tiles = 256;  // of 16 KiB each

}  // namespace

const Digest& TileCache::node(unsigned level, std::uint64_t index) {
    // A tile of level t has in it the nodes of the tree's levels 8t to 8t + 7.
    const unsigned height = level % tile_height;
    const std::uint64_t nodes_in_tile = full_width >> height;
    return tile({level / tile_height, index / nodes_in_tile}).nodes.node(height, index % nodes_in_tile);
}

TileCache::Tile& TileCache::tile(const Name& name) {
    const auto found = tiles_.find(name);
    if (found != tiles_.end()) {
        uses_.splice(uses_.begin(), uses_, found->second.use);
        return found->second.tile;
    }
    const auto [level, index] = name;
    merkle::FullTree nodes(folder_.hashes(level, index, tile_width(level, index, size_)));
    if (tiles_.size() == max_tiles) {
        tiles_.erase(uses_.back());
        uses_.pop_back();
    }
    uses_.push_front(name);
    return tiles_.emplace(name, Entry{{std::move(nodes)}, uses_.begin()}).first->second.tile;
}

}  // namespace msh::log
