// Limits what one grant may disclose. A query for a common name may also find another patient, and studies in one grant
// are linked for their recipient, which projects and profiles are there to prevent. So a grant is of one patient, one
// project and one profile, unless whoever gives it says otherwise. Patients are told apart as record/patient_count.hpp
// says.
//
// A grant gives away the secret of a study's epoch, which opens every object of it. So all its objects in the keystore
// are counted, not only those selected: a study may have been merged wrongly. An age file gives away one object.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/program.hpp"
#include "custodian/opening.hpp"
#include "keystore/keystore.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "record/object.hpp"
#include "record/patient_count.hpp"

namespace msh::granting {

struct ScopeLimits {
    bool is_any_patient = false;
    std::optional<std::uint64_t> patients{};  // exactly so many; nullopt: one
    bool across_projects = false;
    bool across_profiles = false;
};

class GrantScope {
  public:
    enum class Disclosed { secrets, objects };

    // The program must outlive it.
    GrantScope(keystore::Keystore& keystore, Disclosed disclosed, Program& program)
        : disclosed_(disclosed), program_(program), studies_(keystore), objects_(keystore), opener_(keystore) {}

    // An object of the keystore, and its study.
    void add(const record::Object& object, const custodian::OpenStudy& study);
    // Call it after all were added. Throws Error (refused) if they span more than the limits allow. The message does
    // not say how many patients there are.
    void require_within(const ScopeLimits& limits);
    // Notes that what is disclosed contains names of patients, if it does. Call it last before output starts, when
    // nothing can refuse it any more.
    void note_names() const;

  private:
    void add_project(const keystore::StudyEpoch& study);
    void add_patient(const record::Object& object);
    void add_patients_of(const Id& study, const std::set<std::uint64_t>& epochs);
    void require_patients(const ScopeLimits& limits);

    [[nodiscard]] std::string hint_for_patients() const;

    Disclosed disclosed_;
    Program& program_;
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

}  // namespace msh::granting
