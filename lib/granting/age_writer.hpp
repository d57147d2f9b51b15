// Writes objects as ordinary age files, for someone who has only `age`: a header made on the spot, and the payload as
// it is.
//
//     AgeWriter writer(home, keystore, terms, program);
//     writer.add(position, object);                // each record
//     writer.write([](const path& file) { ... });
//
// A file gets its name only after it was decrypted completely for a check and matches its record. Before the first file
// is written, the limits are checked for all objects (granting/grant_scope.hpp), and the keystore records what is given
// to whom. So if a run is killed, msh-list shows at least what was given.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/program.hpp"
#include "crypto/age_keys.hpp"
#include "custodian/home.hpp"
#include "custodian/opening.hpp"
#include "custodian/payload_places.hpp"
#include "granting/grant_scope.hpp"
#include "granting/recipients.hpp"
#include "ipfs/block_store.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/selection.hpp"
#include "record/object.hpp"

namespace msh::granting {

struct AgeTerms {
    std::filesystem::path folder;  // made when it is missing
    std::vector<Recipient> recipients;
    std::optional<std::string> label{};  // a note that only the own keystore keeps
    ScopeLimits limits{};
};

class AgeWriter {
  public:
    // Needs the unlocked keystore. All must outlive it.
    AgeWriter(const custodian::Home& home, keystore::Keystore& keystore, AgeTerms terms, Program& program);

    // Adds the object of a record from outside; the position is what messages call it. Throws Error (input, refused) if
    // it cannot be opened; the others are written without it.
    void add(std::uint64_t position, const record::Object& object);
    // Writes the files, named `<new SOP Instance UID>-<object id>.dcm.age`, and calls with the path of each. Returns
    // false if a file failed; the reason is printed. A file also fails if this run has written another object with
    // different content under the same name. Throws Error: `input` if there is nothing to write, `refused` if the
    // objects span more than the limits allow.
    using Written = std::function<void(const std::filesystem::path&)>;
    [[nodiscard]] bool write(const Written& written);

  private:
    struct Added {
        std::uint64_t position = 0;  // of the record
        Id id{};
        std::int64_t number = 0;          // the keystore's own
        std::optional<std::string> path;  // of the payload, as the record has it
    };

    void find_shared_ids();
    void note_given();
    void write_all_files(const Written& written);
    void correct_given();
    [[nodiscard]] std::filesystem::path write_file(const Added& added);
    [[nodiscard]] std::filesystem::path write_file(const record::Object& object, std::int64_t number);
    void require_own_name(const std::filesystem::path& path, const record::Object& object, const Digest& content);
    void append_payload(const record::Object& object, int fd);

    keystore::Keystore& keystore_;
    Program& program_;
    keystore::Objects objects_;
    custodian::Opener opener_;
    keystore::Selection selection_;
    GrantScope scope_;
    std::vector<Added> added_;
    std::set<Id> shared_ids_;                     // of several objects
    std::map<std::string, Digest> shared_names_;  // what was written under a name with such an id: its SHA-256
    custodian::PayloadPlaces places_;
    AgeTerms terms_;
    std::vector<crypto::AgeRecipient> keys_;  // of the recipients
    std::vector<Digest> given_;               // ids of the grants in the keystore, one a recipient
    std::vector<std::int64_t> named_;         // numbers of the objects whose files are complete
    std::optional<ipfs::BlockStore> store_;
};

}  // namespace msh::granting
