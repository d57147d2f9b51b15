// Counts the patients of a set of objects, by all values of Patient ID and Issuer of Patient ID in their sealed boxes.
//
//     PatientCount patients;
//     patients.add(study, sealed);       // for each object
//     patients.number();
//
// Within a study, an object without a Patient ID is of the patient of the others, and one without an issuer has the
// issuer of the same Patient ID. A study that names no patient at all, and one that was received, count as one patient
// each.
//
// Values that cannot be compared never count as equal: an object whose box cannot be opened, or contains a Patient ID
// or an issuer that was too long to be kept, is a patient of its own. So is, within a study, a value that could not be
// decoded; an undecodable Patient ID is compared by its pseudonym if there is one. So the number may be too high but is
// never too low.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "record/sealed.hpp"

namespace msh::record {

class PatientCount {
  public:
    void add(const Id& study, const Sealed& sealed);
    // An object whose box cannot be opened.
    void add_unknown(const Id& study);
    // A study of someone else's, from the issuer of this fingerprint.
    void add_received(const Id& study, const std::string& issuer);

    [[nodiscard]] std::uint64_t number() const;

  private:
    struct Patient {
        std::string id;      // empty: none
        std::string issuer;  // empty: none; sorts before any other
        auto operator<=>(const Patient&) const = default;
    };
    struct Study {
        std::set<Patient> patients;
        std::uint64_t unknown = 0;  // objects
    };

    std::map<Id, Study> own_;
    std::set<std::pair<Id, std::string>> received_;
};

}  // namespace msh::record
