// Anchors batches of records. Indexes and salts are committed first, then the leaves and the checkpoint are published,
// then the records are written. While one batch is published, which waits for the disk, the next gets its indexes.
//
// These records are accepted:
//
//     of a known object that agrees with the keystore   gets the leaf it has, or the next one
//     anchored in another log                           unchanged
//     anchored in the own log, of an unknown object     if the log has its leaf (the keystore may have lost the object)
//
// All others are bad inputs. A record with an anchor in the own log is written only after the log was seen to have its
// leaf at this index.
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
    // Needs the unlocked keystore. Error (failed) if it is older than its log.
    Anchorer(const custodian::Home& home, keystore::Keystore& keystore);

    // The two steps of RecordLoop::run(). publish() may run at the same time as assign() of the next batch.
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
    std::optional<log::Reader> log_;  // opened when a record has an anchor that the keystore does not know
};

}  // namespace msh
