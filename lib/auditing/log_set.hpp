// The logs that records are checked against: folders, here or on a web server, whose checkpoint is signed by a known
// key. A key without a folder can still check the proofs that records carry.
//
//     LogSet logs(home, keystore, keys, open_url);
//     logs.add("/srv/hospital/log");      // if no log is added, it is the own one
//     logs.begin_batch();
//     logs.check(object, verdict);
//
// If a web server cannot be read, Error (again) or ipfs::PermanentSourceError is passed on and no verdict is returned:
// a failed download is no evidence about the log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auditing/carried_proofs.hpp"
#include "auditing/log_keys.hpp"
#include "auditing/watched_log.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "log/tiles.hpp"
#include "record/object.hpp"
#include "record/verdict.hpp"

namespace msh::auditing {

class LogSet {
  public:
    // Gives the files of the log at a URL (auditing/web_log.hpp).
    using OpenUrl = std::function<log::ReadFile(const std::string& url)>;

    // All must outlive it. With a keystore, heads seen before are compared.
    LogSet(const custodian::Home& home, keystore::Keystore* keystore, const LogKeys& keys, OpenUrl open_url);

    // A log's folder, or the URL where a web server serves one; Error (failed) if it has no checkpoint, or one that is
    // damaged or of a log whose key is not known.
    void add(const std::string& place);

    // Call it before each batch. If add() was never called, the home folder's own log is used once it exists. If the
    // keystore has signed a head of that log but the log is gone, its records get the verdict 'taken-back'.
    void begin_batch();
    // Fills in the verdict's part about the log.
    void check(const record::Object& object, record::Verdict& verdict);
    // The text of a tlog-proof for the leaf: from its log, else the one that the anchor carries; nullopt if there is
    // neither.
    [[nodiscard]] std::optional<std::string> proof(const record::Anchor& anchor, const Digest& leaf);

    // Whether a key of a log of this name is known.
    [[nodiscard]] bool knows(std::string_view name) const { return !keys_.of(name).empty(); }
    // Whether no log's checkpoint was cosigned by a witness; also true if there is no log.
    [[nodiscard]] bool without_witness() const;
    // Whether there is any log to check against.
    [[nodiscard]] bool empty() const noexcept { return logs_.empty(); }
    // The names of the logs that have fewer leaves than were seen of them.
    [[nodiscard]] std::vector<std::string> lagging() const;

  private:
    void add_own();
    void open(const log::TileFolder& files, const log::VerifierKey& key, WatchedLog::Kind kind);
    [[nodiscard]] WatchedLog::Kind kind_of(const std::string& place, const log::VerifierKey& key) const;
    void check_carried(const CarriedProof& proof, const record::Anchor& anchor, const Digest& leaf,
                       record::Verdict& verdict);
    void check_leaf(const record::Anchor& anchor, const Digest& leaf, record::Verdict& verdict);
    void set_taken_back(record::Verdict& verdict) const;

    const custodian::Home& home_;
    keystore::Keystore* keystore_;
    const LogKeys& keys_;
    OpenUrl open_url_;
    bool uses_own_ = true;  // no other was added
    bool has_own_ = false;
    std::optional<std::uint64_t> own_signed_;  // leaves that the keystore has signed, if the own log is gone
    std::map<std::string, WatchedLog> logs_;   // by key
    CarriedProofs carried_;
};

}  // namespace msh::auditing
