// The keystore's view of its own log: which entry has which leaf. An entry is identified by its record's type and its
// id (or hash). The salt and the place of a leaf are committed here before the leaf is written to the log, so a kill
// never gives a subject two leaves; what was assigned and not published is published by the next run:
//
//     anchors.assign(subjects, leaf_data);                        // one transaction
//     while (part = anchors.leaves(log.size(), 10000)) append;  // then publish from where the log ends
//
// Of an own object the salt stands in its record; leaf data is the caller's MAC under the salt.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"
#include "record/object.hpp"

namespace msh::keystore {

struct LogSubject {
    std::string_view type;  // "object", "grant", "revocation", "manifest", ...
    ByteView ref;           // "object": the 16 bytes of its id
};

struct Assigned {
    record::Anchor anchor;  // without proof
    bool fresh = false;     // a new leaf
};

class Anchors {
  public:
    // The leaf data of the subject at a position of the batch under a salt.
    using LeafData = std::function<Digest(std::size_t position, const Digest& salt)>;

    explicit Anchors(Keystore& keystore) : keystore_(keystore) {}

    // Gives each subject that has no anchor the next leaf, in order; the others keep theirs, which for an object may be
    // one of another log. A subject twice in a batch has one leaf. Error `input` for an object that is not known.
    [[nodiscard]] std::vector<Assigned> assign(std::span<const LogSubject> subjects, const LeafData& leaf_data);
    [[nodiscard]] std::optional<record::Anchor> find(const LogSubject& subject);

    // Leaf data from an index on, at most `limit`; fewer at the end. `failed` where a leaf in between is not known (it
    // was published by a later state of a keystore that was restored since).
    [[nodiscard]] std::vector<Digest> leaves(std::uint64_t from, std::size_t limit);
    // The number of leaves, and so the next one's index.
    [[nodiscard]] std::uint64_t size();
    // For a keystore that is older than its log: of the log's `size` leaves, those from `known` on are not the
    // keystore's. Removes the anchors that it assigned to these indexes, and continues at `size`.
    void continue_after(std::uint64_t known, std::uint64_t size);

    [[nodiscard]] std::string origin();
    // Begins an empty log under another name (`usage` for the same one). Old anchors stay with the old name.
    void start_new_log(std::string_view origin);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
