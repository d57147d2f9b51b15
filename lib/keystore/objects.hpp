// Objects: each one's newest record (the known fields of record::Object), and what files were already encrypted.
//
// Done: a file that was encrypted is recognised by `done`, a MAC of its identity, content and profile; before the
// content is known, `hint` (a MAC of what is known early) tells whether reading it all can pay. Of the hint 64 bits are
// kept: enough for a hint. The rules it was done under are kept beside, not mixed in: new rules must not make a whole
// archive new.
//
// Records from outside (a pipe, a grant) are compared with what is known: study, epoch, profile, payload.size, kc and
// about must be the same, and so must replaces, sealed (or its digest), the CIDs and sizes, and the anchor's origin,
// index and salt wherever both have them; path, shards and proof are not compared. What a leaf commits to, and an
// anchor, is news only from a record that has something behind it (Backing). A record that disagrees is an Error of
// kind `input`, and nothing of it is kept.
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

// Which earlier object of the same file gives way: `done` then names the new one. The earlier one stays an object.
enum class Redo { none, of_other_rules, any };

struct NewObject {
    record::Object record;
    Digest hint{};
    Digest done{};
    std::string rules{};  // version and options that decide what comes out
    Redo redo = Redo::none;
    std::optional<Id>
        lost{};  // encrypted because this object lost its payload: it goes, unless it was stored meanwhile
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

struct Done {
    Id id{};
    std::string rules;  // under which it was done
};

// What is behind a record from outside, besides its own word.
enum class Backing {
    none,
    payload,  // who asks reads the payload and names its CID itself (Targets::mark): one that is news is passed over
    leaf,     // its leaf was found in the own log, or under a grant's statement: it gives what is lacking
};

class Objects {
  public:
    explicit Objects(Keystore& keystore) : keystore_(keystore) {}

    // A batch of own objects in one transaction and one sync, in order.
    [[nodiscard]] std::vector<Committed> commit_new(std::span<const NewObject> batch);

    [[nodiscard]] bool hinted(const Digest& hint);
    [[nodiscard]] std::optional<Done> done(const Digest& done);

    // Own objects.
    [[nodiscard]] bool has(const Id& id);
    [[nodiscard]] std::optional<record::Object> get(const Id& id);
    // Anybody's.
    [[nodiscard]] std::optional<record::Object> get(const record::ObjectName& name);
    // An own study's objects in the order they came in, a few in memory at a time; what they call may use the keystore.
    void for_each(const Id& study, const std::function<void(const record::Object&)>& call);
    // The same of every study of this id, whoever gave it out.
    void for_each_of_all(const Id& study, const std::function<void(const record::Object&)>& call);
    // The same of all studies.
    void for_each(const std::function<void(const record::Object&)>& call);
    [[nodiscard]] std::uint64_t count(const Id& study);

    // Compares with the known object of this id and kc, adds to it the fields it lacks as far as the backing goes, and gives the newest
    // record; nothing for an unknown object. An own object has no other kc. An anchor in the own log may come from before a restore: it is no
    // disagreement, but without backing it is not kept either.
    [[nodiscard]] std::optional<record::Object> merge(const record::Object& from_outside,
                                                      Backing backing = Backing::none);
    // The same for a record that belongs to a grant of this study, whose secret its kc was found to match: an unknown
    // object is added (its study must be known: Error `input`), one whose `sealed` is held is left as it is.
    void receive(const record::Object& from_outside, const StudyEpoch& study);

    // An own object that a keystore which was set back has lost, with a leaf that was found in the own log. Error
    // `input` where its study is not known; one that is known is left as it is.
    void readmit(const record::Object& lost);

    // The local files are gone.
    void remove_paths(std::span<const Id> ids);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
