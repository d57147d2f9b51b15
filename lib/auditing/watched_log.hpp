// A log in a folder, or wherever its files can be read from, held against what was seen of it before and elsewhere:
// heads that the keystore remembers, and checkpoints that records carry. All of one key, so where two of them
// contradict each other the log was forked.
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
    // What the keystore is for. Of somebody else's log it remembers the newest head. A copy of the own log is only
    // compared, since whoever signs the own log notes its heads; so is the own log, in the folder where it is signed.
    enum class Kind { foreign, own_copy, own };

    // Without a keystore nothing was seen. Error (failed) where the checkpoint is not one of the key, or damaged. An
    // Error of kind `again`, of files that are far, ends whatever is done here.
    WatchedLog(log::TileFolder files, log::VerifierKey key, keystore::Keystore* keystore, Kind kind);

    [[nodiscard]] const log::VerifierKey& key() const noexcept { return key_; }
    [[nodiscard]] const log::SignedCheckpoint& checkpoint() const noexcept { return reader_->checkpoint(); }
    // The size of the newest checkpoint seen, where the folder has fewer leaves.
    [[nodiscard]] std::optional<std::uint64_t> seen() const;

    // Before the leaves of more records: where one lies beyond the checkpoint, that is read again, once.
    void begin_batch() noexcept { is_fresh_ = false; }

    // The verdict on a leaf, as record/verdict.hpp has it. The second form is for a leaf that was proved under another
    // checkpoint of the same key.
    [[nodiscard]] std::string check(std::uint64_t index, const Digest& leaf);
    [[nodiscard]] std::string check(std::uint64_t index, const Digest& leaf, const log::Checkpoint& proved_under);
    // The text of a tlog-proof; nothing where the leaf is not there, or files are damaged.
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
    bool is_fresh_ = false;                    // opened after the records of this batch had left whoever wrote the log
    std::optional<log::Checkpoint> compared_;  // the last one that was
};

}  // namespace msh::auditing
