// Opening an object: from its record to the key of its payload, and to what its about box says. What several
// programs share.
#pragma once

#include <cstdint>
#include <optional>

#include "base/file.hpp"
#include "base/secret.hpp"
#include "keystore/grants.hpp"
#include "keystore/keystore.hpp"
#include "keystore/studies.hpp"
#include "record/about.hpp"
#include "record/object.hpp"
#include "record/sealed.hpp"

namespace msh::custodian {

struct OpenStudy {
    Key secret;
    std::optional<std::int64_t> not_after;  // when the last grant that opens it now ends; of an own study, nothing
};

class Opener {
  public:
    // Needs the unlocked keystore.
    explicit Opener(keystore::Keystore& keystore) : studies_(keystore), grants_(keystore) {}

    // Throws Error: `input` where the study's secret is not held, `refused` where it came by grants none of which is in
    // force now.
    [[nodiscard]] OpenStudy open_study(const Id& study, std::uint64_t epoch);
    [[nodiscard]] Key study_secret(const Id& study, std::uint64_t epoch) { return open_study(study, epoch).secret; }

  private:
    keystore::Studies studies_;
    keystore::Grants grants_;
};

// Checks kc, opens the box, and sees to it that the SOP Instance UID, which comes from the issuer, is safe as a file
// name: digits and dots, at most 64. Throws Error (input).
[[nodiscard]] record::About open_about(const record::Object& object, const Key& study_secret);

// The file of payload.path: a whole regular file of payload.size. Throws Error (input).
[[nodiscard]] FileDescriptor open_payload(const record::Object& object);

// The custodian's own part. Throws Error (input) where the box is another keystore's or was changed.
[[nodiscard]] record::Sealed open_sealed(keystore::Keystore& keystore, const record::Object& object);

}  // namespace msh::custodian
