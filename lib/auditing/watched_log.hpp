// Compares a log with what is already known of it: heads that the keystore remembers, and checkpoints that records
// carry. All of them are signed by one key, so if two contradict each other, the log was forked.
//
// A folder with fewer leaves than were seen proves nothing: it may be a mirror that lags, and what is in it is still in
// the log. Only the own log, in its own place, must not be smaller than it was.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/heads.hpp"
#include "keystore/keystore.hpp"
#include "log/checkpoint.hpp"
#include "log/reader.hpp"
#include "log/tiles.hpp"

namespace msh::auditing {

class WatchedLog {
  public:
    // How the keystore is used. foreign: the newest head is stored. own_copy, own: heads are only compared, because the
    // signer of the own log stores them. Only `own` must not be smaller than it was.
    enum class Kind { foreign, own_copy, own };

    // Without a keystore there are no earlier heads to compare with. Throws Error (failed) if the checkpoint is damaged
    // or not signed by the key. This and the functions below throw Error (again) or ipfs::PermanentSourceError if the
    // files are on a web server that cannot be read.
    WatchedLog(log::TileFolder files, log::VerifierKey key, keystore::Keystore* keystore, Kind kind);

    [[nodiscard]] const log::VerifierKey& key() const noexcept { return key_; }
    [[nodiscard]] const log::SignedCheckpoint& checkpoint() const noexcept { return reader_->checkpoint(); }
    // The size of the largest checkpoint seen, if the log has fewer leaves now; otherwise nullopt.
    [[nodiscard]] std::optional<std::uint64_t> seen() const;

    // Call it before each batch. If a leaf is beyond the checkpoint, the checkpoint is read again, at most once a
    // batch.
    void begin_batch() noexcept { is_fresh_ = false; }

    // The verdict on a leaf, as record/verdict.hpp has it. The second form is for a leaf that was proved under another
    // checkpoint of the same key.
    [[nodiscard]] std::string check(std::uint64_t index, const Digest& leaf);
    [[nodiscard]] std::string check(std::uint64_t index, const Digest& leaf, const log::Checkpoint& proved_under);
    // The text of a tlog-proof; nullopt if the leaf is not there, or if files are damaged.
    [[nodiscard]] std::optional<std::string> proof(std::uint64_t index, const Digest& leaf);

  private:
    void open();
    void open_again();
    void compare(const log::Checkpoint& other);
    void remember(const std::vector<keystore::LogHead>& heads);
    [[nodiscard]] std::string find(std::uint64_t index, const Digest& leaf);

    log::TileFolder files_;
    log::VerifierKey key_;
    keystore::Keystore* keystore_;
    Kind kind_;
    std::unique_ptr<log::Reader> reader_;
    std::uint64_t newest_ = 0;  // leaves of the largest checkpoint seen
    bool forked_ = false;
    bool is_damaged_ = false;                  // so that it cannot be compared with the heads
    bool is_fresh_ = false;                    // the checkpoint was read since begin_batch()
    std::optional<log::Checkpoint> compared_;  // the last one that was
};

}  // namespace msh::auditing
