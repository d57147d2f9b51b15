// Anchors batches of records, for msh-anchor. Indexes and salts are committed first, then the leaves and the checkpoint
// are published, then the caller writes the records. While one batch is published, which waits for the disk, the next
// gets its indexes.
//
//     Anchorer anchorer(home, keystore);
//     anchorer.assign(requests);
//     anchorer.publish(requests);      // a record whose request has no error may leave now
//
// These records are accepted:
//
//     of a known object that agrees with the keystore   gets the leaf it has, or the next one
//     anchored in another log                           unchanged
//     anchored in the own log, of an unknown object     if the log has its leaf (the keystore may have lost the object)
//
// All others are bad inputs: their requests get an error of kind `input`. A record with an anchor in the own log passes
// publish() only after the log, read back from its files, was seen to have its leaf at this index.
//
// Any other Error ends the run; no record of the batch may be written then. publish() throws as custodian::publish()
// does.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "custodian/home.hpp"
#include "json/line.hpp"
#include "keystore/anchors.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "log/reader.hpp"
#include "record/object.hpp"

namespace msh::custodian {

struct AnchorRequest {
    record::Object& object;  // gets its anchor, and what the keystore knows besides
    json::Line& line;        // gets the same

    std::optional<Error> error{};  // why it was not anchored
    std::optional<Digest> leaf{};  // the leaf data of a new anchor: publish() looks for it in the log
};

class Anchorer {
  public:
    // Both must outlive it. Needs the unlocked keystore. Error (failed) if it is older than its log.
    Anchorer(const Home& home, keystore::Keystore& keystore);

    // publish() may run on another thread at the same time as assign() of the next batch. Requests that have an error
    // are left alone.
    void assign(std::span<AnchorRequest> requests);
    void publish(std::span<AnchorRequest> requests);

  private:
    [[nodiscard]] std::vector<AnchorRequest*> without_leaf(std::span<AnchorRequest> requests);
    [[nodiscard]] bool needs_leaf(AnchorRequest& request);
    [[nodiscard]] bool is_in_log(const record::Object& object);
    [[nodiscard]] bool is_own(const record::Object& object) const;

    const Home& home_;
    keystore::Keystore& keystore_;
    std::unique_ptr<keystore::Keystore> publishing_;  // for the thread that publishes
    keystore::Objects objects_;
    keystore::Anchors anchors_;
    std::string origin_;
    std::optional<log::Reader> log_;  // opened when a record has an anchor that the keystore does not know
};

}  // namespace msh::custodian
