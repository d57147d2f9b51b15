// Studies: the unit of granting. Each has a random pseudonym and, per epoch, a study secret (granted; absent if only
// someone else holds it) and a seal secret (never granted; absent where the study is someone else's).
//
// An own study is found by its look-up: a MAC, computed by the caller under the project's pseudonym key, that covers
// project, profile and Study Instance UID, so that it names the study among all without telling the UID.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "keystore/keystore.hpp"

namespace msh::keystore {

// One epoch of a study. Ids of studies are public, so somebody else may give out a study under the id of another: the
// commitment to its secret (crypto::study_commitment) tells the two apart. Whoever was granted a secret may give it out
// with records of his own making: what each issuer granted is a study of its own, and only an own study is known
// without its issuer.
struct StudyEpoch {
    Id study{};
    std::uint64_t epoch = 1;
    Digest commitment{};
    std::optional<std::string> issuer{};  // fingerprint of who granted it; not looked at where it is an own study
    bool operator==(const StudyEpoch&) const = default;
};

struct StudyRequest {
    std::string_view project;
    std::string_view profile;
    Digest lookup{};
    bool again = false;  // where the study was shredded: start a new one
};

struct StudyForWriting {
    Id study{};
    std::uint64_t epoch = 1;
    Key study_secret;
    Key seal_secret;
};

struct EpochSecrets {
    StudyEpoch name;  // of an own study, without an issuer
    std::optional<Key> study_secret;
    std::optional<Key> seal_secret;
    std::optional<std::string> issuer;  // fingerprint of who granted the study secret
};

struct StudyInfo {
    std::optional<std::string> project;  // none: the study is someone else's
    std::string profile;
    std::uint64_t epoch = 1;  // the current one
};

struct ReceivedStudy {
    Id study{};
    std::uint64_t epoch = 1;
    std::string_view profile;
    Key study_secret;
    std::string_view issuer;  // fingerprint
};

class Studies {
  public:
    explicit Studies(Keystore& keystore) : keystore_(keystore) {}

    // The studies to encrypt for, in the order of the requests, all that are missing made in one transaction (one sync
    // for a batch). A current epoch whose study secret is not held is followed by a new one. Nothing stands for a study
    // that was shredded and not asked for `again`: refused by policy.
    [[nodiscard]] std::vector<std::optional<StudyForWriting>> get_or_create(std::span<const StudyRequest> requests);
    [[nodiscard]] std::optional<StudyForWriting> get_or_create(const StudyRequest& request);

    // What is held of one epoch of an own study; nothing when it is unknown.
    [[nodiscard]] std::optional<EpochSecrets> secrets(const Id& study, std::uint64_t epoch);
    [[nodiscard]] std::optional<EpochSecrets> secrets(const StudyEpoch& study);
    // The same for everybody's epochs of that name, the own one first.
    [[nodiscard]] std::vector<EpochSecrets> all_secrets(const Id& study, std::uint64_t epoch);
    // Own or received.
    [[nodiscard]] bool has(const Id& study);
    // Of an own study.
    [[nodiscard]] std::optional<StudyInfo> info(const Id& study);
    [[nodiscard]] std::optional<StudyInfo> info(const StudyEpoch& study);

    // Adds a granted study secret; returns false if it is already present: in an own study, or from this issuer. It
    // replaces nothing, and does not affect other studies of the same id, including own ones: an own study takes back
    // only the secret that it had. Error `input` for the same secret under another profile; `refused` for a study that
    // was shredded here: that secret from this issuer, one of an own id, or a later epoch from the same issuer. A study
    // that another issuer gave out under its id is not.
    bool receive(const ReceivedStudy& received);

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
