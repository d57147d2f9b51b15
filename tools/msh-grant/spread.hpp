// Limits what a grant may span. A query for a common name may also find another patient, and studies in one grant are
// linked for their recipient, which projects and profiles are there to prevent. So what leaves is of one patient, one
// project and one profile, unless whoever gives it says otherwise. Patients are told apart as record/patient_count.hpp
// says.
//
// A grant gives away the secret of a study's epoch, and so every object of it that the keystore knows counts, whether
// its record was given or not: a study may have been merged wrongly. Age files open nothing but themselves.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "custodian/opening.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "record/object.hpp"
#include "record/patient_count.hpp"

namespace msh {

struct SpreadLimits {
    bool is_any_patient = false;
    std::optional<std::uint64_t> patients;  // exactly so many; nothing: one
    bool across_projects = false;
    bool across_profiles = false;
};

class Spread {
  public:
    enum class Leaving { secrets, objects };
    Spread(keystore::Keystore& keystore, Leaving leaving)
        : leaving_(leaving), studies_(keystore), objects_(keystore), opener_(keystore) {}

    // An object of the keystore, and its study.
    void add(const record::Object& object, const custodian::OpenStudy& study);
    // To be called once all were added. Throws Error (refused) where they span more than the limits allow; how much
    // that is, it does not tell.
    void require(const SpreadLimits& limits);
    // That names of patients are in what leaves, if they are. Before it leaves, and after all that could still refuse
    // it.
    void tell_names() const;

  private:
    void add_project(const keystore::StudyEpoch& study);
    void add_patient(const record::Object& object);
    void add_patients_of(const Id& study, const std::set<std::uint64_t>& epochs);

    [[nodiscard]] std::string hint_for_patients() const;

    Leaving leaving_;
    bool has_received_ = false;
    keystore::Studies studies_;
    keystore::Objects objects_;
    custodian::SealedOpener opener_;
    std::map<Id, std::set<std::uint64_t>> own_;  // epochs
    std::set<std::string> projects_;
    std::set<std::string> profiles_;                   // a study has one
    std::set<std::pair<Id, std::string>> identified_;  // studies, with their issuers
    record::PatientCount patients_;
};

}  // namespace msh
