#include "log/writer.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "log/public_file.hpp"
#include "log/reader.hpp"
#include "log/tiles.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"

namespace msh::log {
namespace {

std::filesystem::path made_public(std::filesystem::path folder) {
    make_public_folder(folder);
    return folder;
}

}  // namespace

Writer::Writer(std::filesystem::path folder, Signer signer, const std::optional<Checkpoint>& newest_known)
    : folder_(made_public(std::move(folder))), disk_(folder_), signer_(std::move(signer)) {
    open_checkpoint(newest_known);
    read_right_edge();
}

// Takes up the folder's checkpoint, unless signing on top of it would contradict what was signed before.
void Writer::open_checkpoint(const std::optional<Checkpoint>& newest_known) {
    const std::string hint = "restore the newest copy of the log's folder";
    if (!TileFolder(folder_, ErrorKind::failed).checkpoint()) {
        if (newest_known && newest_known->size > 0) {
            throw Error(ErrorKind::failed, "the log is missing: its folder has no checkpoint", hint);
        }
        return;
    }
    Reader reader(folder_, Trust{signer_.verifier(), {}}, ErrorKind::failed);
    published_ = reader.checkpoint();
    size_ = published_.size;
    if (!newest_known) return;
    if (newest_known->size > size_) {
        throw Error(ErrorKind::failed, "the log is older than the last signed checkpoint", hint);
    }
    if (!reader.extends(*newest_known)) {
        throw Error(ErrorKind::failed, "the log does not match the last signed checkpoint", hint);
    }
}

void Writer::read_right_edge() {
    const TileFolder tiles(folder_, ErrorKind::failed);
    for (unsigned level = 0; hashes_on_level(level, size_) > 0; ++level) {
        const std::uint64_t index = hashes_on_level(level, size_) / full_width;
        const unsigned width = tile_width(level, index, size_);
        edge_.push_back(width > 0 ? tiles.hashes(level, index, width) : std::vector<Digest>{});
        if (level == 0 && width > 0) leaves_ = tiles.leaves(index, width);
    }
    if (!published_.note.empty() && root() != published_.root) {
        throw tiles.damaged("tiles do not match its checkpoint");
    }
    const auto matches = [](const Digest& leaf, const Digest& hash) { return merkle::leaf_hash(leaf) == hash; };
    if (!leaves_.empty() && !std::equal(leaves_.begin(), leaves_.end(), edge_[0].begin(), matches)) {
        throw tiles.damaged("entries do not match its tiles");
    }
}

void Writer::append(std::span<const Digest> leaves) {
    begin_writing();
    for (const Digest& leaf : leaves) {
        leaves_.push_back(leaf);
        append_hash(0, merkle::leaf_hash(leaf));
        ++size_;
    }
    sound_ = true;
}

void Writer::append_hash(unsigned level, const Digest& hash) {
    if (level == edge_.size()) edge_.emplace_back();
    edge_[level].push_back(hash);
    if (edge_[level].size() < full_width) return;

    const std::uint64_t index = hashes_on_level(level, size_) / full_width;
    if (level == 0) {
        write_public_file(folder_, bundle_path(index, full_width), encode_bundle(leaves_));
        leaves_.clear();
    }
    write_public_file(folder_, tile_path(level, index, full_width), encode_tile(edge_[level]));
    merkle::CompactTree tile;
    for (const Digest& node : edge_[level])
        tile.append(node);
    edge_[level].clear();
    append_hash(level + 1, tile.root());
}

const SignedCheckpoint& Writer::publish() {
    begin_writing();
    const std::uint64_t old_size = published_.size;
    if (published_.note.empty() || size_ != old_size) {
        write_partial_files();
        disk_.sync();
        write_checkpoint();
        remove_outgrown(old_size);
    }
    sound_ = true;
    return published_;
}

// Those that are other than at the last checkpoint's size; the others have been there since then.
void Writer::write_partial_files() const {
    for (unsigned level = 0; level < edge_.size(); ++level) {
        const auto width = static_cast<unsigned>(edge_[level].size());
        const std::uint64_t hashes = hashes_on_level(level, size_);
        if (width == 0 || hashes == hashes_on_level(level, published_.size)) continue;
        const std::uint64_t index = hashes / full_width;
        if (level == 0) write_public_file(folder_, bundle_path(index, width), encode_bundle(leaves_));
        write_public_file(folder_, tile_path(level, index, width), encode_tile(edge_[level]));
    }
}

void Writer::write_checkpoint() {
    const Checkpoint now{signer_.verifier().name, size_, root()};
    const SignedCheckpoint next{now, signer_.sign(format_checkpoint(now)), {}};
    write_public_file_durably(folder_, "checkpoint", as_bytes(next.note));
    published_ = next;
}

// Removes the partial files that full ones have replaced. Readers of earlier checkpoints take the full ones.
void Writer::remove_outgrown(std::uint64_t old_size) const {
    std::error_code ignored;
    for (unsigned level = 0; level < edge_.size(); ++level) {
        const std::uint64_t end = hashes_on_level(level, size_) / full_width;
        for (std::uint64_t index = hashes_on_level(level, old_size) / full_width; index < end; ++index) {
            std::filesystem::remove_all(folder_ / (tile_path(level, index, full_width) + ".p"), ignored);
            if (level > 0) continue;
            std::filesystem::remove_all(folder_ / (bundle_path(index, full_width) + ".p"), ignored);
        }
    }
}

Digest Writer::root() const {
    merkle::CompactTree tree;
    for (std::size_t level = edge_.size(); level-- > 0;) {
        for (const Digest& hash : edge_[level])
            tree.append(hash, static_cast<unsigned>(level) * tile_height);
    }
    return tree.root();
}

void Writer::begin_writing() {
    if (!sound_) throw Error(ErrorKind::failed, "the log could not be written");
    sound_ = false;
}

}  // namespace msh::log
