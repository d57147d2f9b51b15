// Reads the lines of a grant, one after the other, and takes them into the keystore: the statement, then each study and
// its records (record/grant.hpp). Throws Error: `input` if the grant does not match its statement or contradicts
// itself, `refused` if it is not wanted, is not for this custodian or has expired, or if the issuer's log was forked.
// Nothing of the grant is kept then: its transaction is not committed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/secret.hpp"
#include "keystore/grants.hpp"
#include "keystore/heads.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "log/key.hpp"
#include "log/proof.hpp"
#include "merkle/tree.hpp"
#include "record/grant.hpp"

namespace msh::granting {

class GrantReader {
  public:
    // Asked once, with the issuer's fingerprint and whether it is pinned already.
    using IsWanted = std::function<bool(const std::string& fingerprint, bool pinned)>;

    // Needs the unlocked keystore, which must outlive it.
    GrantReader(keystore::Keystore& keystore, IsWanted is_wanted);

    void take(ByteView line);
    // Checks that the grant is complete, and commits it.
    void finish();
    void for_each_record(const std::function<void(const record::Object&)>& call);

  private:
    void take_statement(ByteView line);
    void require_for_us() const;
    void require_in_log(const record::GrantLine& first);
    void take_study(ByteView line);
    void take_record(ByteView line);
    void end_study();
    [[nodiscard]] bool is_proved(const record::Anchor& anchor, const Digest& leaf);
    void require_own_log_name() const;
    void pin_issuer();
    void note_head();
    void flush_objects();

    keystore::Keystore& keystore_;
    keystore::Grants grants_;
    keystore::Objects objects_;
    keystore::Studies studies_;
    IsWanted is_wanted_;

    std::unique_ptr<keystore::Transaction> transaction_;  // from the statement to the end
    record::Statement statement_;
    std::string fingerprint_;
    std::optional<log::VerifierKey> log_key_;
    std::unique_ptr<log::ProofVerifier> proofs_;
    std::optional<keystore::LogHead> newest_;  // of the checkpoints that held
    bool is_new_ = true;                       // not accepted before
    std::optional<record::StudyLine> study_;
    merkle::CompactTree study_tree_;
    std::vector<Id> ids_;  // of the study's objects
    std::set<std::tuple<Id, std::uint64_t, Digest>> studies_taken_;
    merkle::CompactTree tree_;
    std::vector<std::int64_t> taken_;  // objects not yet in the grant's list
};

}  // namespace msh::granting
