#include "spread.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "record/sealed.hpp"

namespace msh {
namespace {

constexpr const char* patient_id = "00100020";
constexpr const char* issuer_of_patient_id = "00100021";
constexpr const char* undecodable = "\xef\xbf\xbd";  // U+FFFD

bool is_clear(const std::string& value) {
    return !value.empty() && value.find(undecodable) == std::string::npos;
}

bool is_there(const record::Sealed& sealed, const char* tag) {
    return std::any_of(sealed.attributes.begin(), sealed.attributes.end(),
                       [&](const record::Attribute& attribute) { return attribute.tag == tag; });
}

// A Patient ID that is too long or could not be decoded is known by its pseudonym.
std::string id_of(const record::Sealed& sealed) {
    std::string id = record::first_value(sealed.attributes, patient_id);
    if (is_clear(id) || !is_there(sealed, patient_id)) return id;
    return "\n" + record::first_value(sealed.pseudonyms, patient_id);
}

}  // namespace

void Spread::add(const record::Object& object, const custodian::OpenStudy& study) {
    profiles_.insert(object.profile);
    if (!study.is_own) {
        received_.insert({object.study, study.issuer.value_or("")});
        return;
    }
    const auto [known, is_new] = own_.try_emplace(object.study);
    if (is_new) add_project(study.name);
    const record::Sealed sealed = custodian::open_sealed(keystore_, object);
    known->second.insert({id_of(sealed), record::first_value(sealed.attributes, issuer_of_patient_id)});
}

void Spread::add_project(const keystore::StudyEpoch& study) {
    const auto info = studies_.info(study.study);
    if (info && info->project) projects_.insert(*info->project);
}

std::uint64_t Spread::patients() const {
    std::set<Patient> met;
    std::uint64_t nameless = 0;
    for (const auto& [study, patients] : own_) {
        const bool has_id =
            std::any_of(patients.begin(), patients.end(), [](const Patient& p) { return !p.first.empty(); });
        if (!has_id) ++nameless;
        for (const Patient& patient : patients) {
            if (patient.first.empty()) continue;
            const auto next = patients.upper_bound(patient);  // the same ID with an issuer sorts behind
            const bool is_told_better =
                patient.second.empty() && next != patients.end() && next->first == patient.first;
            if (!is_told_better) met.insert(patient);
        }
    }
    return met.size() + nameless + received_.size();
}

void Spread::require(const SpreadLimits& limits) const {
    if (projects_.size() > 1 && !limits.across_projects) {
        throw Error(ErrorKind::refused, "the records are of several projects",
                    "together they can be linked; --across-projects allows that");
    }
    if (profiles_.size() > 1 && !limits.across_profiles) {
        throw Error(ErrorKind::refused, "the records are of several profiles",
                    "together they can be linked; --across-profiles allows that");
    }
    if (limits.is_any_patient || patients() == limits.patients.value_or(1)) return;
    throw Error(ErrorKind::refused,
                limits.patients ? "the records are not of as many patients as --patients says"
                                : "the records are of more than one patient",
                "look at them with 'msh-search --show', then say with --patients how many there are");
}

}  // namespace msh
