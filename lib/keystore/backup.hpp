// Copies of the whole keystore. The caller encrypts a copy together with the master key, which it needs; restoring
// takes the two apart again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "keystore/database_file.hpp"
#include "keystore/keystore.hpp"
#include "keystore/tombstones.hpp"

namespace msh::keystore {

// The recipient of a backup that was made under a passphrase.
inline constexpr const char* passphrase_recipient = "a passphrase";

struct BackupInfo {
    std::int64_t time = 0;  // seconds since 1970
    std::string recipient;
};

// A consistent copy of the database, as a hidden file (0600) beside it that is removed with this object; others go on
// writing. Read it from the start of fd().
class Snapshot {
  public:
    explicit Snapshot(Keystore& keystore);
    [[nodiscard]] int fd() const noexcept { return file_.fd(); }

  private:
    DatabaseFile file_;
};

// The backups that one recipient can open.
struct BackupsTo {
    std::string recipient;
    std::uint64_t count = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    bool operator==(const BackupsTo&) const = default;
};

class Backups {
  public:
    explicit Backups(Keystore& keystore) : keystore_(keystore) {}

    // Records a backup before it is written, so that shredding can list it. Take the Snapshot afterwards, so that the
    // backup contains its own entry.
    void note(const BackupInfo& backup);
    [[nodiscard]] std::vector<BackupsTo> by_recipient();

  private:
    Keystore& keystore_;
};

// Restores a database:
//
//     Restoration restoration(path);
//     write_all(restoration.fd(), ...);                     // the copy
//     bool done = restoration.finish(master, tombstones, prepare);   // false: there is a keystore at `path` already
//
// The copy is checked (integrity, schema, that the master key opens it), loses the studies that were shredded since,
// and only then gets its name. Error `failed` when it is no sound keystore of this master key. Before anything is
// signed, the caller catches up with the newest checkpoint it can find (custodian/anchoring.hpp).
class Restoration {
  public:
    explicit Restoration(const std::filesystem::path& path);
    [[nodiscard]] int fd() const noexcept { return file_.fd(); }
    // `prepare` sees the unlocked keystore, without the shredded studies, before it has its name: what it throws undoes
    // the restoration.
    [[nodiscard]] bool finish(const Key& master, std::span<const Tombstone> tombstones,
                              const std::function<void(Keystore& keystore, std::uint64_t shredded)>& prepare);

  private:
    DatabaseFile file_;
};

}  // namespace msh::keystore
