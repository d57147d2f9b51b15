#include "log/reader.hpp"

#include <bit>
#include <span>
#include <utility>
#include <variant>

#include "log/proof.hpp"
#include "merkle/hash.hpp"

namespace msh::log {
namespace {

SignedCheckpoint read_checkpoint(const TileFolder& folder, const Trust& trust) {
    const auto note = folder.checkpoint();
    if (!note) throw folder.damaged("checkpoint is missing");
    auto result = verify_checkpoint(*note, trust);
    if (const Fault* fault = std::get_if<Fault>(&result)) {
        throw folder.damaged("checkpoint cannot be trusted: " + std::string(describe(*fault)));
    }
    return std::get<SignedCheckpoint>(std::move(result));
}

}  // namespace

Reader::Reader(TileFolder folder, const Trust& trust)
    : folder_(std::move(folder)), checkpoint_(read_checkpoint(folder_, trust)), cache_(folder_, checkpoint_.size) {}

bool Reader::contains(std::uint64_t index, ByteView leaf_data) {
    return index < size() && leaf_hash(index) == merkle::leaf_hash(leaf_data);
}

Digest Reader::leaf(std::uint64_t index) {
    const Digest expected = leaf_hash(index);
    const std::uint64_t bundle = index / full_width;
    if (!bundle_ || bundle_->index != bundle) {
        bundle_ = Bundle{bundle, folder_.leaves(bundle, tile_width(0, bundle, size()))};
    }
    const Digest data = bundle_->leaves.at(index % full_width);
    if (merkle::leaf_hash(data) != expected) throw folder_.damaged("entries do not match its tiles");
    return data;
}

std::vector<Digest> Reader::inclusion_proof(std::uint64_t index) {
    return inclusion(index).proof;
}

std::optional<std::string> Reader::proof(std::uint64_t index, ByteView leaf_data) {
    if (index >= size()) return std::nullopt;
    Inclusion found = inclusion(index);
    if (found.leaf_hash != merkle::leaf_hash(leaf_data)) return std::nullopt;
    return format_proof({index, std::move(found.proof), checkpoint_.note, std::nullopt});
}

Digest Reader::root(std::uint64_t size) {
    if (size > checkpoint_.size) throw Error(ErrorKind::input, "the log has fewer leaves than that");
    const Digest root = merkle::root(nodes(), size);
    if (size == 0) return root;
    const auto proof = merkle::consistency_proof(nodes(), size, checkpoint_.size);
    if (!merkle::verify_consistency(size, checkpoint_.size, proof, root, checkpoint_.root)) {
        throw folder_.damaged("tiles do not match its checkpoint");
    }
    return root;
}

bool Reader::extends(const Checkpoint& older) {
    return older.origin == checkpoint_.origin && older.size <= size() && root(older.size) == older.root;
}

std::vector<Digest> Reader::consistency_proof(std::uint64_t old_size, std::uint64_t new_size) {
    if (old_size == 0) throw Error(ErrorKind::input, "an empty log has no consistency proof");
    if (old_size > new_size) throw Error(ErrorKind::input, "the old size is larger than the new one");
    const Digest old_root = root(old_size);
    const Digest new_root = root(new_size);
    auto proof = merkle::consistency_proof(nodes(), old_size, new_size);
    if (!merkle::verify_consistency(old_size, new_size, proof, old_root, new_root)) {
        throw folder_.damaged("tiles do not match its checkpoint");
    }
    return proof;
}

void Reader::require_leaf(std::uint64_t index) const {
    if (index >= size()) throw Error(ErrorKind::input, "the log has no leaf with that index");
}

Digest Reader::leaf_hash(std::uint64_t index) {
    require_leaf(index);
    const std::uint64_t tile = index / full_width;
    if (!cache_.leaf_tile(tile).is_verified) verify_leaf_tile(tile);
    return cache_.leaf_tile(tile).nodes.node(0, index % full_width);
}

// The roots of the tiles of leaf hashes are the leaves of a tree with the same root (RFC 9162 splits at powers of two,
// so never inside a tile unless that is all there is): a path from a leaf to the root leads through its tile's root.
void Reader::verify_leaf_tile(std::uint64_t index) {
    const auto path = merkle::inclusion_proof(nodes(), index * full_width, size());
    const auto inside = static_cast<std::size_t>(std::bit_width(tile_width(0, index, size()) - 1));
    TileCache::Tile& tile = cache_.leaf_tile(index);  // after the path, which may have pushed it out
    const std::uint64_t tiles = (size() - 1) / full_width + 1;
    if (!merkle::verify_inclusion(tile.nodes.root(), index, tiles, std::span(path).subspan(inside), checkpoint_.root)) {
        throw folder_.damaged("tiles do not match its checkpoint");
    }
    tile.is_verified = true;
}

Reader::Inclusion Reader::inclusion(std::uint64_t index) {
    require_leaf(index);
    Inclusion out{cache_.node(0, index), merkle::inclusion_proof(nodes(), index, size())};
    if (!merkle::verify_inclusion(out.leaf_hash, index, size(), out.proof, checkpoint_.root)) {
        throw folder_.damaged("tiles do not match its checkpoint");
    }
    return out;
}

merkle::NodeSource Reader::nodes() {
    return [this](unsigned level, std::uint64_t index) { return cache_.node(level, index); };
}

}  // namespace msh::log
