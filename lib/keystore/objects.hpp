// Objects: the newest record of each (the known fields of record::Object), and which files were encrypted already.
//
// A file that was encrypted is recognised by `done`, a MAC of its identity, content and profile. Before the content is
// read, `hint` (a MAC of what is known early, of which 64 bits are stored) tells whether it needs to be read at all.
// The rules that the file was encrypted under are stored separately, so that new rules do not make a whole archive new.
//
// Records from outside (a pipe, a grant) are compared with what is known: study, epoch, profile, payload.size, kc and
// about must be the same, and so must replaces, sealed (or its digest), the CIDs and sizes, and the anchor's origin,
// index and salt wherever both have them; path and proof are not compared. An anchor, and members that a leaf commits
// to, are added only from a record that was verified (Backing); other members are not stored. Error (input) for a
// record that disagrees, of which nothing is stored.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "keystore/keystore.hpp"
#include "keystore/studies.hpp"
#include "record/object.hpp"

namespace msh::keystore {

// Which earlier object of the same file is superseded: `done` then names the new one. The earlier object is kept.
enum class Reencrypt { none, of_other_rules, any };

struct NewObject {
    record::Object record;
    Digest hint{};
    Digest done{};
    std::string rules{};  // the version and options that the output depends on
    Reencrypt reencrypt = Reencrypt::none;
    std::optional<Id> lost{};  // the earlier object whose payload was lost: deleted, unless it was stored meanwhile
};

struct Committed {
    enum class Outcome {
        stored,
        existing,    // the same file was committed before, perhaps by another process meanwhile: `id` is that object
        study_gone,  // shredded, or in a later epoch, since its secret was read: ask for the study again
    };
    Outcome outcome = Outcome::stored;
    Id id{};
};

struct EncryptedFile {
    Id id{};
    std::string rules;  // under which it was done
};

// How a record from outside was verified.
enum class Backing {
    none,
    payload,  // the caller reads the payload and sets its CID itself (Targets::mark): a new CID is ignored
    leaf,     // its leaf was found in the own log: missing members that the leaf commits to are added from it
    grant,    // it is in a grant whose reader has verified its leaf and its proof: the proof is added as well
};

// An object of one of the studies.
struct HeldObject {
    std::int64_t number = 0;  // the keystore's own
    StudyEpoch study;
    record::Object record;
};

class Objects {
  public:
    explicit Objects(Keystore& keystore) : keystore_(keystore) {}

    // A batch of own objects in one transaction and one sync, in order.
    [[nodiscard]] std::vector<Committed> commit_new(std::span<const NewObject> batch);

    [[nodiscard]] bool hinted(const Digest& hint);
    [[nodiscard]] std::optional<EncryptedFile> done(const Digest& done);

    // The custodian's own objects.
    [[nodiscard]] bool has(const Id& id);
    [[nodiscard]] std::optional<record::Object> get(const Id& id);
    // Of any custodian.
    [[nodiscard]] bool has(const record::ObjectName& name);
    [[nodiscard]] std::optional<record::Object> get(std::int64_t number);
    // Whether an object of this id is in a study of this id, whoever gave them out.
    [[nodiscard]] bool is_in_study(const Id& object, const Id& study);
    // The objects that a record from outside may belong to, compared as in merge(): one, or several if it was granted
    // by several issuers. Empty for an unknown object; Error (input) where all disagree.
    [[nodiscard]] std::vector<HeldObject> candidates_for(const record::Object& from_outside);
    // An own study's objects in the order in which they were added, a few in memory at a time. `call` may use the
    // keystore.
    void for_each(const Id& study, const std::function<void(const record::Object&)>& call);
    [[nodiscard]] std::uint64_t count(const Id& study);

    // Compares the record with the known object of this id and kc, adds missing fields that the backing allows, and
    // gives the newest record; nothing for an unknown object. Of several, one that agrees is taken. An own object has
    // no other kc. An anchor in the own log may come from before a restore: it is no disagreement, but without backing
    // it is not kept either.
    [[nodiscard]] std::optional<record::Object> merge(const record::Object& from_outside,
                                                      Backing backing = Backing::none);
    // The same for a record that belongs to a grant of this study, whose secret its kc was found to match: an unknown
    // object is added (its study must be known: Error `input`), one whose `sealed` is held is left as it is. Gives the
    // object's number.
    std::int64_t receive(const record::Object& from_outside, const StudyEpoch& study);

    // Adds an own object that the keystore lost when it was set back, and whose leaf was found in the own log. Nothing
    // is done for a known object. Error (input) if its study is not known.
    void add_recovered(const record::Object& lost);

    // The local files are gone.
    void remove_paths(std::span<const Id> ids);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
