// Pseudonyms that need no table: the same for the same original and project key, not to be undone or linked between
// projects without that key.
//
//     new_uid(key, "1.2.840.1.2.3")                 "2.25.3296...": digits and dots, at most 44 characters
//     patient_pseudonym(key, {id, issuer}, study)   24 hexadecimal digits in upper case: valid as LO and PN
//
// Both are HMAC-SHA256(key, label || 0x00 || input). NULs and spaces at either end of an original are padding, not part
// of it.
//     UID      Label "msh/v1/uid", input the UID. The first 128 bits with the version (8) and variant bits of a UUID
//              set, as a decimal number below the root 2.25.
//     patient  Label "msh/v1/patient". Input with a Patient ID: "P", the length of the ID as 4 bytes (big-endian),
//              the ID, its issuer (0010,0021). Without one: "S", the Study Instance UID; so such a patient is one
//              patient within a study and nowhere else. The first 96 bits.
//
// Sources: RFC 9562 section 5.8 (UUID version 8), DICOM PS3.5 annex B.2 (UUID derived UIDs).
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace msh::dicom {

[[nodiscard]] std::string new_uid(const Key& project_key, std::string_view uid);

// As the elements hold them, in whatever character set; either may be empty.
struct PatientIdentity {
    std::string_view id;
    std::string_view issuer;
};
[[nodiscard]] std::string patient_pseudonym(const Key& project_key, PatientIdentity patient,
                                            std::string_view study_uid);

}  // namespace msh::dicom
