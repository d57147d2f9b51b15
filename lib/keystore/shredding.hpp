// Shredding a study: its secrets and everything that names it are deleted, and the master key is replaced, so that old
// copies of the database do not bring them back. A keyed look-up stays, by which the study's files are refused.
//
//     1. the caller makes a new master key durable beside the old one
//     2. shred(study, next, tombstones)
//     3. the caller replaces the key file, durably
//     4. compact(), then Rotation(keystore).finish()
//     5. the caller removes what for_each_discarded() names, then clear_discarded()
//
// The tombstone is written first; then one transaction deletes and re-wraps. A crash before its commit leaves the study
// alive and the shredding to be repeated; rotation.hpp tells what a later one means. Removing the ciphertext (5) can be
// repeated until it is done.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "keystore/backup.hpp"
#include "keystore/keystore.hpp"
#include "keystore/tombstones.hpp"

namespace msh::keystore {

struct Shredded {
    std::uint64_t objects = 0;
    std::uint64_t epochs = 0;          // whose secrets are gone
    std::vector<std::string> targets;  // where some of its payloads are stored
    std::vector<Digest> segments;      // of the index, that name its objects
    std::vector<BackupMade> backups;   // which still open it
};

// What is left of a deleted payload outside the database.
struct Discarded {
    std::optional<std::string> cid;
    std::optional<std::string> path;
};

class Shredding {
  public:
    explicit Shredding(Keystore& keystore) : keystore_(keystore) {}

    // Nothing when there is no such study (was_shredded tells whether there was one).
    [[nodiscard]] std::optional<Shredded> shred(const Id& study, const Key& next,
                                                const std::filesystem::path& tombstones);
    [[nodiscard]] bool was_shredded(const Id& study);

    // Writes the whole database anew (db::Connection::rewrite): SQLite may have left copies of deleted rows in unused
    // bytes of its pages, unreadable as far as they were secret, but there. Needs free space, takes its time, and can
    // be repeated.
    void compact();

    void for_each_discarded(const std::function<void(const Discarded&)>& call);
    void clear_discarded();

    // For restoring: deletes the studies that were shredded since the backup; gives their number.
    std::uint64_t apply(std::span<const Tombstone> tombstones);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
