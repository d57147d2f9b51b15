// The logs that records can be checked against: folders, here or on a web server, whose checkpoint is signed by a key
// that is known, and keys without a folder, which can still check the proofs that records carry.
//
// A log's name is what its owner says, so several may bear one: a key is what a log is known by. Keys that were pinned
// with a grant count for a name only where neither the command line nor the own log has one of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "custodian/home.hpp"
#include "http/client.hpp"
#include "keystore/heads.hpp"
#include "keystore/keystore.hpp"
#include "log/key.hpp"
#include "log/proof.hpp"
#include "log/tiles.hpp"
#include "record/object.hpp"
#include "record/verdict.hpp"
#include "watched_log.hpp"

namespace msh {

class Logs {
  public:
    // With a keystore: its own key and those of accepted grants' issuers are known, and heads seen before are compared.
    Logs(const custodian::Home& home, keystore::Keystore* keystore);

    // A verifier key from the command line; Error (usage) when it is none.
    void add_key(const std::string& text);
    // A log's folder, or the URL where a web server serves one; Error (failed) where its checkpoint is damaged or of a
    // log whose key is not known. The client, which is asked for at a URL alone, must outlive this.
    using Client = std::function<http::Client&()>;
    void add(const std::string& place, const Client& client);
    // The own log, as soon as there is one. One that the keystore has signed and that is gone was taken back.
    void add_own();

    // Before the records of each batch.
    void begin_batch();
    // Fills in the verdict's part about the log.
    void check(const record::Object& object, record::Verdict& verdict);
    // The text of a tlog-proof for the object; nothing where its log is not at hand.
    [[nodiscard]] std::optional<std::string> proof(const record::Object& object);

    // Whether a key of a log of this name is known.
    [[nodiscard]] bool knows(std::string_view name) const { return !keys_of(name).empty(); }
    [[nodiscard]] bool without_witness() const;
    // Whether there is any log to check against.
    [[nodiscard]] bool empty() const noexcept { return logs_.empty(); }
    // The names of the logs that have fewer leaves than were seen of them.
    [[nodiscard]] std::vector<std::string> lagging() const;

  private:
    // Proofs under one key, and the heads that the keystore remembers of it.
    struct Proofs {
        log::ProofVerifier verifier;
        std::vector<keystore::LogHead> seen;
    };
    struct Proved {
        std::string key;
        log::SignedCheckpoint checkpoint;
        bool contradicted = false;  // by a head of the same size
    };
    [[nodiscard]] std::vector<log::VerifierKey> keys_of(std::string_view name) const;
    void open(const log::TileFolder& files, const log::VerifierKey& key, WatchedLog::Whose whose);
    [[nodiscard]] WatchedLog::Whose whose(const std::string& place, const log::VerifierKey& key) const;
    [[nodiscard]] Proofs& proofs_under(const log::VerifierKey& key);
    [[nodiscard]] std::optional<Proved> verify_carried(const record::Anchor& anchor, const Digest& leaf,
                                                       const std::vector<log::VerifierKey>& keys);
    void check_proved(const Proved& proved, const record::Anchor& anchor, const Digest& leaf, record::Verdict& verdict);
    void tell_taken_back(record::Verdict& verdict) const;
    void check_folders(const record::Anchor& anchor, const Digest& leaf, record::Verdict& verdict);

    const custodian::Home& home_;
    keystore::Keystore* keystore_;
    bool has_own_ = false;
    std::optional<std::uint64_t> own_signed_;  // leaves of the own log, where it is gone
    std::optional<log::VerifierKey> own_;
    std::vector<log::VerifierKey> given_;     // on the command line
    std::vector<log::VerifierKey> pinned_;    // of issuers
    std::map<std::string, WatchedLog> logs_;  // by key
    std::map<std::string, Proofs> proofs_;    // by key
};

}  // namespace msh
