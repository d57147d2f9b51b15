// Anchors batches of records. Places and salts are committed first, then the leaves and the checkpoint are published,
// then the records leave: one batch is published, which is waiting for the disk, while the next gets its places.
//
// Which objects pass:
//
//     known here       with the leaf it has or the next one, where it is what the keystore knows. Other committed fields
//                      make it another object of the same id, which only a record that replaces it may be: its
//                      `replaces` is then the former leaf's data
//     anchored elsewhere  unchanged
//     anchored here, though unknown (older keystores knew it)  where the log has that very leaf
//
// Anything else is a bad input. No anchor at the own log leaves before the log was seen to hold that record's leaf at
// that place, under the checkpoint that is signed by then.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/record_loop.hpp"
#include "custodian/home.hpp"
#include "keystore/anchors.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "log/reader.hpp"

namespace msh {

class Anchorer {
  public:
    // Of an unlocked keystore. Error (failed) where the keystore is older than its log.
    Anchorer(const custodian::Home& home, keystore::Keystore& keystore);

    // The steps of RecordLoop::run; publish() may run beside assign().
    void assign(cli::Batch& batch);
    void publish(cli::Batch& batch);

  private:
    [[nodiscard]] std::vector<cli::Item*> decide(cli::Batch& batch);
    [[nodiscard]] bool needs_leaf(cli::Item& item);
    [[nodiscard]] bool is_in_log(const record::Object& object);
    [[nodiscard]] bool is_own(const record::Object& object) const;

    const custodian::Home& home_;
    keystore::Keystore& keystore_;
    std::unique_ptr<keystore::Keystore> publishing_;  // for the thread that publishes
    keystore::Objects objects_;
    keystore::Anchors anchors_;
    std::string origin_;
    std::optional<log::Reader> log_;  // as it was when an anchor was looked for that the keystore does not know
};

}  // namespace msh
