// The nodes of a log's tree at one size, out of its tiles. Keeps the tiles used last, with the nodes inside them, about
// 4 MiB; so whoever goes through the leaves in order reads each tile once.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <utility>

#include "base/bytes.hpp"
#include "log/tiles.hpp"
#include "merkle/tree.hpp"

namespace msh::log {

class TileCache {
  public:
    TileCache(TileFolder folder, std::uint64_t size) : folder_(std::move(folder)), size_(size) {}

    // As merkle::NodeSource has it. Throws what TileFolder throws; valid until the next call.
    [[nodiscard]] const Digest& node(unsigned level, std::uint64_t index);

    struct Tile {
        merkle::FullTree nodes;
        bool is_verified = false;  // by whoever uses the cache: the tile's root was proved, and so were all its hashes
    };
    // The tile of up to 256 leaf hashes. Throws what TileFolder throws; valid until the next call.
    [[nodiscard]] Tile& leaf_tile(std::uint64_t index) { return tile({0, index}); }

  private:
    using Name = std::pair<unsigned, std::uint64_t>;  // level and index
    struct Entry {
        Tile tile;
        std::list<Name>::iterator use;
    };
    [[nodiscard]] Tile& tile(const Name& name);

    TileFolder folder_;
    std::uint64_t size_;
    std::list<Name> uses_;  // latest first
    std::map<Name, Entry> tiles_;
};

}  // namespace msh::log
