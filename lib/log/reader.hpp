// A log in a folder, or wherever else its files can be read from, read and proved: everything it answers has been
// checked against the log's signed checkpoint.
//
//     Reader reader(folder, Trust{log_key, {}});
//     Reader reader(TileFolder(read_file, ErrorKind::input), Trust{log_key, {}});
//     reader.contains(index, leaf_data)                  // is this the leaf?
//     reader.proof(index, leaf_data)                     // the text of a .tlog-proof file
//
// It keeps to the checkpoint it found when it was opened, also while a writer goes on. It holds a bounded number of
// tiles, so a million proofs of leaves in order, or nearly so, cost one read a tile. contains() and leaf() verify up to
// 256 leaf hashes at once, a whole tile; while it is held, each further leaf of it costs one hash.
//
// Throws Error when a file is missing, damaged or does not match the checkpoint: of kind `input`, or of the kind given
// (`failed` for the own log). An index or a size beyond the log's is an Error of kind `input`. Not for use by two
// threads at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "log/checkpoint.hpp"
#include "log/tile_cache.hpp"
#include "log/tiles.hpp"
#include "merkle/proof.hpp"

namespace msh::log {

class Reader {
  public:
    Reader(const std::filesystem::path& folder, const Trust& trust, ErrorKind damage = ErrorKind::input)
        : Reader(TileFolder(folder, damage), trust) {}
    Reader(TileFolder folder, const Trust& trust);

    [[nodiscard]] const SignedCheckpoint& checkpoint() const noexcept { return checkpoint_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return checkpoint_.size; }

    // Whether the leaf at `index` has this data; false, too, when there is no such leaf.
    [[nodiscard]] bool contains(std::uint64_t index, ByteView leaf_data);
    // The leaf's data.
    [[nodiscard]] Digest leaf(std::uint64_t index);
    [[nodiscard]] std::vector<Digest> inclusion_proof(std::uint64_t index);
    // The text of a tlog-proof (log/proof.hpp); nothing where contains() is false.
    [[nodiscard]] std::optional<std::string> proof(std::uint64_t index, ByteView leaf_data);

    // The root this log had when it was `size` leaves large.
    [[nodiscard]] Digest root(std::uint64_t size);
    // Whether this log is `older` with leaves appended, or the same. A checkpoint larger than this one's is not
    // extended: that the folder lags behind shows in the sizes.
    [[nodiscard]] bool extends(const Checkpoint& older);
    // Between two sizes, the older one above 0, for someone who knows the roots (RFC 9162 section 2.1.4).
    [[nodiscard]] std::vector<Digest> consistency_proof(std::uint64_t old_size, std::uint64_t new_size);

  private:
    struct Inclusion {
        Digest leaf_hash{};
        std::vector<Digest> proof;
    };
    struct Bundle {
        std::uint64_t index = 0;
        std::vector<Digest> leaves;  // as they were read
    };
    void require_leaf(std::uint64_t index) const;
    [[nodiscard]] Digest leaf_hash(std::uint64_t index);
    void verify_leaf_tile(std::uint64_t index);
    [[nodiscard]] Inclusion inclusion(std::uint64_t index);
    [[nodiscard]] merkle::NodeSource nodes();

    TileFolder folder_;
    SignedCheckpoint checkpoint_;
    TileCache cache_;
    std::optional<Bundle> bundle_;  // the last one
};

}  // namespace msh::log
