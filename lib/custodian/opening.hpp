// Opening an object: finds the secret for its record, opens its boxes, and decrypts its payload. What several programs
// share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/byte_range.hpp"
#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/stream.hpp"
#include "keystore/grants.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "record/about.hpp"
#include "record/object.hpp"
#include "record/sealed.hpp"

namespace msh::custodian {

struct OpenStudy {
    keystore::StudyEpoch name;
    Key secret;
    bool is_own = false;
    std::optional<std::string> issuer;      // fingerprint of who granted the secret
    std::optional<std::int64_t> not_after;  // end of the latest grant now in force; nullopt: none, or own
};

// An object of the keystore, and its study.
struct OpenObject {
    std::int64_t number = 0;  // the keystore's own
    record::Object record;
    OpenStudy study;
};

class Opener {
  public:
    // Needs the unlocked keystore.
    explicit Opener(keystore::Keystore& keystore)
        : keystore_(keystore), objects_(keystore), studies_(keystore), grants_(keystore) {}

    // Returns the object that a record from outside belongs to; if several issuers granted it, one whose grant is in
    // force. Returns nullopt for an object that the keystore does not know. Throws Error: `input` for a record that
    // disagrees (Objects::held), else as open_study().
    [[nodiscard]] std::optional<OpenObject> open_object(const record::Object& from_outside);

    // Returns the study whose secret the object's kc matches; several may have one id. Throws Error: `input` if the
    // keystore has no such secret, `refused` if it has, but no grant of it is in force now.
    [[nodiscard]] OpenStudy open_study(const record::Object& object);
    [[nodiscard]] OpenStudy open_study(const keystore::StudyEpoch& study);
    [[nodiscard]] Key study_secret(const record::Object& object) { return open_study(object).secret; }

  private:
    [[nodiscard]] OpenStudy open(keystore::EpochSecrets secrets);

    keystore::Keystore& keystore_;
    keystore::Objects objects_;
    keystore::Studies studies_;
    keystore::Grants grants_;
};

// Checks kc, opens the box, and sees to it that the SOP Instance UID, which comes from the issuer, is safe as a file
// name: digits and dots, at most 64. Throws Error (input).
[[nodiscard]] record::About open_about(const record::Object& object, const Key& study_secret);

// Reads the next bytes until the buffer is full or the file ends; returns the count. What it throws is passed on.
using ReadNext = std::function<std::size_t(MutableBytes)>;

// Decrypts a whole payload, and returns the plaintext's SHA-256. Throws Error (input) if it is not the payload of this
// object to its last byte: size, every tag, and what its about box says of the plaintext. Do not trust what `plain` was
// given until this returns.
[[nodiscard]] Digest decrypt_payload(const ReadNext& read_next, const record::Object& object, const Key& study_secret,
                                     const record::About& about, unsigned threads,
                                     const std::function<void(ByteView)>& plain);

// Decrypts a part of a payload, and returns the SHA-256 of that part. Throws Error (input) if the range begins behind
// the end of the plaintext, the payload has another size than its about box says, or a chunk of the part is not
// authentic; the rest of the payload is not looked at.
[[nodiscard]] Digest decrypt_range(const crypto::ReadAt& read_at, const record::Object& object, const Key& study_secret,
                                   const record::About& about, const ByteRange& range,
                                   const std::function<void(ByteView)>& plain);

// The custodian's own part. Throws Error (input) if the box is another keystore's or was changed.
[[nodiscard]] record::Sealed open_sealed(keystore::Keystore& keystore, const record::Object& object);

// The same for objects one after another: the seal secret is unwrapped once for those of one study and epoch. Make it
// for one task only: it keeps a secret, and does not notice if the study is shredded meanwhile.
class SealedOpener {
  public:
    explicit SealedOpener(keystore::Keystore& keystore) : studies_(keystore) {}
    [[nodiscard]] record::Sealed open(const record::Object& object);

  private:
    struct Epoch {
        Id study{};
        std::uint64_t epoch = 0;
        Key seal_secret;
    };

    keystore::Studies studies_;
    std::optional<Epoch> last_;
};

}  // namespace msh::custodian
