// Objects as ordinary age files, for someone who has only `age`: a header made on the spot, and the payload as it is. A
// file gets its name only after it was decrypted completely for a check and matches its record. Nothing is written
// before it is known what all of them span (spread.hpp), and before the keystore has noted what goes to whom: a run
// that is cut short has given no more than what msh-list shows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "cli/output.hpp"
#include "cli/record_loop.hpp"
#include "crypto/age_keys.hpp"
#include "custodian/home.hpp"
#include "custodian/opening.hpp"
#include "custodian/payload_places.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/payload.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/selection.hpp"
#include "recipients.hpp"
#include "record/object.hpp"
#include "spread.hpp"

namespace msh {

struct AgeTerms {
    std::filesystem::path folder;  // made when it is missing
    std::vector<Recipient> recipients;
    std::optional<std::string> label;  // a note that only the own keystore keeps
    SpreadLimits limits;
};

class AgeWriter {
  public:
    AgeWriter(const custodian::Home& home, keystore::Keystore& keystore, AgeTerms terms);

    // Takes up the batch's objects; fails those that cannot be opened. Nothing of the batch leaves.
    void take(cli::Batch& batch);
    // Writes the files, and a line each with the path: `<new SOP Instance UID>-<object id>.dcm.age`. False where one
    // failed, which is reported: also one that would take the place of another object's file of this run, unless what
    // is in them is equal. Error: `input` when there is nothing to write, `refused` where they span more than allowed.
    [[nodiscard]] bool write(cli::Output& paths);

  private:
    struct Taken {
        std::uint64_t position = 0;  // of the record
        Id id{};
        std::int64_t object = 0;          // its number in the keystore
        std::optional<std::string> path;  // of the payload
    };

    void take(const cli::Item& item);
    void find_shared_ids();
    void note_given();
    void write_files(cli::Output& paths);
    void correct_given();
    void write(const Taken& taken, cli::Output& paths);
    [[nodiscard]] std::filesystem::path write(const record::Object& object, std::int64_t number);
    void require_own_name(const std::filesystem::path& path, const record::Object& object, const Digest& content);
    void append_payload(const record::Object& object, int fd);

    keystore::Keystore& keystore_;
    keystore::Objects objects_;
    custodian::Opener opener_;
    keystore::Selection selection_;
    Spread spread_;
    std::vector<Taken> taken_;
    std::set<Id> shared_ids_;                     // of several objects
    std::map<std::string, Digest> shared_names_;  // what was written under a name with such an id: its SHA-256
    custodian::PayloadPlaces places_;
    AgeTerms terms_;
    std::vector<crypto::AgeRecipient> keys_;  // of the recipients
    std::vector<Digest> given_;               // what the keystore knows it by, one a recipient
    std::vector<std::int64_t> left_;          // objects whose files have their names
    std::optional<ipfs::BlockStore> store_;
};

}  // namespace msh
