// The one writer of a log: appends leaves and publishes them under a signed checkpoint.
//
//     Writer writer(folder, Signer(origin, seed), newest_known);    // the caller holds the log's lock
//     writer.append(leaves);                                        // writer.size() was the index of the first one
//     const SignedCheckpoint& now = writer.publish();
//
// Order of durability: bundles and tiles are written and synced before the checkpoint that needs them is signed, and no
// file of an earlier checkpoint is touched until the new one is durable. So a kill at any point leaves the old
// checkpoint valid. Files it leaves behind lie beyond that checkpoint and are written anew by a later run, whatever
// leaves that run appends.
//
// Opening reads the right edge alone (at most a tile a level, and one bundle), whatever the log's size. Full tiles are
// written as they fill, so memory does not grow with what is appended.
//
// Throws Error of kind `failed`: for a log that is damaged (it never signs over a right edge that does not match the
// checkpoint), or is not the one the caller knows; and when files cannot be written, after which this Writer does no
// more: open the folder again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "log/checkpoint.hpp"
#include "log/key.hpp"

namespace msh::log {

class Writer {
  public:
    // Makes the folder when it is missing (folders 0755, files 0644, less the umask). `newest_known` is the newest
    // checkpoint the caller knows this key has signed: a folder that does not contain that tree (an old copy of the
    // log, or no log at all) is refused, because signing there would fork the log.
    Writer(std::filesystem::path folder, Signer signer, const std::optional<Checkpoint>& newest_known = std::nullopt);

    // With what was appended: the index the next leaf will have.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    // The newest published checkpoint; its note is empty while there is none.
    [[nodiscard]] const SignedCheckpoint& published() const noexcept { return published_; }

    void append(std::span<const Digest> leaves);
    // Publishes what was appended; with nothing new the checkpoint stays as it is (the first one may be of size 0).
    const SignedCheckpoint& publish();

  private:
    void open_checkpoint(const std::optional<Checkpoint>& newest_known);
    void read_right_edge();
    void append_hash(unsigned level, const Digest& hash);
    void write_partial_files() const;
    void write_checkpoint();
    void remove_outgrown(std::uint64_t old_size) const;
    [[nodiscard]] Digest root() const;
    void begin_writing();

    std::filesystem::path folder_;
    FileSystemSync disk_;
    Signer signer_;
    SignedCheckpoint published_;
    std::uint64_t size_ = 0;
    std::vector<std::vector<Digest>> edge_;  // by tile level: the hashes behind its last full tile
    std::vector<Digest> leaves_;             // the data of the leaves behind the last full bundle
    bool sound_ = true;                      // false while, and for ever after, a write has not succeeded
};

}  // namespace msh::log
