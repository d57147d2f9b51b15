// The logs that records can be checked against: folders whose checkpoint is signed by a key that is known, and keys
// without a folder, which can still check the proofs that records carry.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "log/proof.hpp"
#include "log/reader.hpp"
#include "record/object.hpp"
#include "record/verdict.hpp"

namespace msh {

class Logs {
  public:
    // With a keystore: its own key and those of accepted grants' issuers are known, and heads seen before are compared.
    Logs(const custodian::Home& home, keystore::Keystore* keystore);

    // A verifier key from the command line; Error (usage) when it is none.
    void add_key(const std::string& text);
    // A log's folder; Error (failed) where its checkpoint is damaged or of a log whose key is not known.
    void add_folder(const std::filesystem::path& folder);
    // The own log, as soon as there is one.
    void add_own();

    // Fills in the verdict's part about the log.
    void check(const record::Object& object, record::Verdict& verdict);
    // The text of a tlog-proof for the object; nothing where its log is not at hand.
    [[nodiscard]] std::optional<std::string> proof(const record::Object& object);

    [[nodiscard]] bool without_witness() const;

  private:
    struct OpenLog {
        std::filesystem::path folder;
        std::unique_ptr<log::Reader> reader;
        bool forked = false;
    };
    [[nodiscard]] OpenLog open(const std::filesystem::path& folder, const log::VerifierKey& key);
    void catch_up(OpenLog& log, const record::Object& object);
    [[nodiscard]] OpenLog* find(const record::Object& object);
    [[nodiscard]] std::string check_in(OpenLog& log, const record::Object& object, const Digest& leaf);
    [[nodiscard]] std::optional<std::string> check_carried_proof(const record::Object& object, const Digest& leaf,
                                                                 record::Verdict& verdict);
    [[nodiscard]] const log::VerifierKey* key_of(const std::string& origin) const;

    const custodian::Home& home_;
    keystore::Keystore* keystore_;
    bool has_own_ = false;
    std::vector<log::VerifierKey> keys_;
    std::map<std::string, OpenLog> logs_;                                // by origin
    std::map<std::string, std::unique_ptr<log::ProofVerifier>> proofs_;  // by origin
};

}  // namespace msh
