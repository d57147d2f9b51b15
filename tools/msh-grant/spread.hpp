// What a grant spans. A query for a common name finds a stranger too, and studies that go out together are linked for
// their recipient, which projects and profiles are there to prevent. So a grant is of one patient, one project and one
// profile, unless whoever gives it says otherwise.
//
// Patients are told apart by what the sealed boxes of their objects say: Patient ID with its issuer. Every object counts,
// as a study may have been merged wrongly. Within a study, a missing Patient ID is that of the others, and a missing
// issuer that of the same Patient ID. A study that names no patient at all, and one that was received, count as one each.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "custodian/opening.hpp"
#include "keystore/keystore.hpp"
#include "keystore/studies.hpp"
#include "record/object.hpp"

namespace msh {

struct SpreadLimits {
    bool is_any_patient = false;
    std::optional<std::uint64_t> patients;  // exactly so many; nothing: one
    bool across_projects = false;
    bool across_profiles = false;
};

class Spread {
  public:
    explicit Spread(keystore::Keystore& keystore) : keystore_(keystore), studies_(keystore) {}

    // An object of the keystore, and its study. Throws Error (input) where its sealed box cannot be opened.
    void add(const record::Object& object, const custodian::OpenStudy& study);
    // Throws Error (refused) where it spans more than the limits allow; how much that is, it does not tell.
    void require(const SpreadLimits& limits) const;

  private:
    using Patient = std::pair<std::string, std::string>;  // Patient ID and issuer

    void add_project(const keystore::StudyEpoch& study);
    [[nodiscard]] std::uint64_t patients() const;

    keystore::Keystore& keystore_;
    keystore::Studies studies_;
    std::map<Id, std::set<Patient>> own_;
    std::set<std::pair<Id, std::string>> received_;  // with their issuers
    std::set<std::string> projects_;
    std::set<std::string> profiles_;
};

}  // namespace msh
