// Grants given and grants accepted. The secrets and records that come with an accepted one go to Studies::receive and
// Objects::receive; here stands the statement, what it opened, and the order its objects came in.
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

// A grant, or what was given as ordinary age files, which have no statement and no end.
struct GivenGrant {
    Digest id{};
    std::optional<std::string> statement;  // the signed text
    std::string recipient;
    std::int64_t given = 0;  // seconds since 1970, like all times here
    std::uint64_t records = 0;
    std::uint64_t studies = 0;
    std::optional<std::int64_t> not_after;
    std::optional<std::string> fingerprint{};  // of the recipient's card, where there was one
    bool operator==(const GivenGrant&) const = default;
};

struct AcceptedGrant {
    Digest id{};
    std::string statement;
    std::string issuer;  // fingerprint
    std::optional<std::int64_t> not_before;
    std::optional<std::int64_t> not_after;
    std::int64_t accepted = 0;
    bool operator==(const AcceptedGrant&) const = default;
};

// With what it opened and what came with it.
struct AcceptedContents {
    AcceptedGrant grant;
    std::uint64_t studies = 0;
    std::uint64_t records = 0;
    bool operator==(const AcceptedContents&) const = default;
};

// The grants of one study to one recipient.
struct GivenTo {
    std::string recipient;
    std::uint64_t count = 0;
    std::int64_t first = 0;  // when they were given
    std::int64_t last = 0;
    std::optional<std::int64_t> until;  // when the last of them ends; nothing where one has no end
    bool operator==(const GivenTo&) const = default;
};

class Grants {
  public:
    explicit Grants(Keystore& keystore) : keystore_(keystore) {}

    // Which studies it names is noted by Selection::note_given(). A label, a note for whoever gives it, needs the
    // unlocked keystore.
    void add_given(const GivenGrant& grant, const std::optional<std::string>& label = {});
    // In the order in which they were given, a part in memory at a time; `call` may use the keystore.
    void for_each_given(const std::function<void(const GivenGrant&)>& call);
    // Needs the unlocked keystore.
    [[nodiscard]] std::optional<std::string> label_of(const Digest& given);
    // To whom studies were granted, at any epoch; `studies` are numbers of rows, as a list in JSON.
    [[nodiscard]] std::vector<GivenTo> recipients_of(const std::string& studies);

    // False when the grant was accepted before; its objects are then in place, and nothing needs adding.
    bool add_accepted(const AcceptedGrant& grant);
    // Notes that the grant opens an epoch of a study, and appends objects (Objects::receive) to its list, in order.
    void add_study(const Digest& grant, const StudyEpoch& study);
    void add_objects(const Digest& grant, std::span<const std::int64_t> objects);

    [[nodiscard]] std::optional<AcceptedGrant> accepted(const Digest& grant);
    // As for_each_given().
    void for_each_accepted(const std::function<void(const AcceptedContents&)>& call);
    // The grants that open an epoch of a study, for comparing their dates.
    [[nodiscard]] std::vector<AcceptedGrant> grants_for(const StudyEpoch& study);
    // The newest records of the grant's objects, in its order; what is called may use the keystore.
    void for_each_object(const Digest& grant, const std::function<void(const record::Object&)>& call);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
