// Shredding a study: its secrets and everything that names it are deleted, and the master key is replaced, so that old
// copies of the database do not bring them back. A keyed look-up stays, by which the study's files are refused.
//
//     1. the caller makes a new master key durable beside the old one
//     2. shred(study, which, next, tombstones)
//     3. the caller replaces the key file, durably
//     4. Rotation(keystore).finish(), which compacts as well
//     5. the caller makes a new manifest of the index: the segments that named the study are not in
//        IndexState::segments() any more, and their replacements have to be dissolved (requeue_segments())
//     6. the caller removes what for_each_discarded() names, tells of what for_each_remaining() does, then
//        clear_discarded()
//
// The tombstone is written first; then one transaction deletes and re-wraps. A crash before its commit leaves the study
// alive and the shredding to be repeated; rotation.hpp tells what a later one means. The index (5) and
// the ciphertext (6) can be repeated until they are done.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "keystore/backup.hpp"
#include "keystore/grants.hpp"
#include "keystore/keystore.hpp"
#include "keystore/tombstones.hpp"

namespace msh::keystore {

// A study of an id, which others may have given out as well (studies.hpp): one's own, by its current epoch, or one
// epoch of what an issuer granted; or an epoch of what was shredded.
struct StudyOfId {
    Digest commitment{};
    std::optional<std::string> issuer;  // none: own
    std::uint64_t epoch = 0;            // unknown of what was shredded
    bool is_shredded = false;
};

enum class Whose { own, received };

struct Shredded {
    std::uint64_t objects = 0;
    std::uint64_t epochs = 0;          // whose secrets are gone
    std::vector<std::string> targets;  // where some of its payloads are stored
    std::vector<GivenTo> granted;      // who may have taken it by grants
    std::vector<BackupsTo> backups;    // which still open it
    std::vector<std::string> holders;  // issuers from whom one of its secrets is still held
};

// What is left of a deleted payload outside the database.
struct Discarded {
    std::optional<std::string> cid;
    std::optional<std::string> path;
};

// A deleted payload in a target.
struct Remaining {
    std::string cid;
    std::string target;
};

class Shredding {
  public:
    explicit Shredding(Keystore& keystore) : keystore_(keystore) {}

    // Everything of that id, the own study first, what was shredded last.
    [[nodiscard]] std::vector<StudyOfId> of_id(const Id& study);
    // Shreds the studies of this id whose commitment and issuer match an entry of `which`; for an own study, any epoch
    // selects all. Nothing when there is no such study.
    [[nodiscard]] std::optional<Shredded> shred(const Id& study, std::span<const StudyOfId> which, const Key& next,
                                                const std::filesystem::path& tombstones);
    // Whether one of that id was, and whose: `own` where both were. Of a received one, it says nothing about the others
    // of that id.
    [[nodiscard]] std::optional<Whose> was_shredded(const Id& study);
    // All shredded studies, sorted by pseudonym and commitment.
    [[nodiscard]] std::vector<Tombstone> tombstones();

    void for_each_discarded(const std::function<void(const Discarded&)>& call);
    // By target; without what another object needs. Kept, as the former, until they are cleared: an interrupted run is
    // repeated.
    void for_each_remaining(const std::function<void(const Remaining&)>& call);
    void clear_discarded();

    // For restoring: deletes the studies that were shredded since the backup; gives their number.
    std::uint64_t apply(std::span<const Tombstone> tombstones);

  private:
    Keystore& keystore_;
};

// Why an object of this study, or the study itself, is not in the keystore: "the study was shredded", that one of its
// id was, or `otherwise`.
[[nodiscard]] Error not_found_error(Keystore& keystore, const Id& study,
                                    const Error& otherwise = {ErrorKind::input, "the object is not in this keystore"});

}  // namespace msh::keystore
