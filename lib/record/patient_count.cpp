#include "record/patient_count.hpp"

#include <algorithm>
#include <string_view>

#include "base/encoding.hpp"

namespace msh::record {
namespace {

constexpr const char* patient_id = "00100020";
constexpr const char* issuer_of_patient_id = "00100021";
constexpr const char* undecodable = "\xef\xbf\xbd";  // U+FFFD

bool is_too_long(const Sealed& sealed, const char* tag) {
    const Attribute* const attribute = find_attribute(sealed.attributes, tag);
    return attribute != nullptr && !attribute->values;
}

// The first letter says how it is known, so that no value passes for one that is known otherwise. Empty where there is
// none.
std::string known_as(const Id& study, const std::string& text, const std::string& pseudonym) {
    if (text.empty()) return {};
    if (text.find(undecodable) == std::string::npos) return "=" + text;
    return pseudonym.empty() ? "in " + to_hex(study) + text : "as " + pseudonym;
}

}  // namespace

void PatientCount::add(const Id& study, const Sealed& sealed) {
    const std::string id =
        known_as(study, joined_values(sealed.attributes, patient_id), joined_values(sealed.pseudonyms, patient_id));
    const bool has_long_issuer = !id.empty() && is_too_long(sealed, issuer_of_patient_id);
    if (is_too_long(sealed, patient_id) || has_long_issuer) return add_unknown(study);
    own_[study].patients.insert({id, known_as(study, joined_values(sealed.attributes, issuer_of_patient_id), {})});
}

void PatientCount::add_unknown(const Id& study) {
    ++own_[study].unknown;
}

void PatientCount::add_received(const Id& study, const std::string& issuer) {
    received_.insert({study, issuer});
}

std::uint64_t PatientCount::number() const {
    std::set<Patient> met;
    std::uint64_t others = received_.size();
    for (const auto& [id, study] : own_) {
        others += study.unknown;
        const auto& patients = study.patients;
        const bool has_id =
            study.unknown > 0 ||
            std::any_of(patients.begin(), patients.end(), [](const Patient& patient) { return !patient.id.empty(); });
        if (!has_id) ++others;
        for (const Patient& patient : patients) {
            if (patient.id.empty()) continue;
            const auto next = patients.upper_bound(patient);  // the same ID with an issuer sorts behind
            const bool is_told_better = patient.issuer.empty() && next != patients.end() && next->id == patient.id;
            if (!is_told_better) met.insert(patient);
        }
    }
    return met.size() + others;
}

}  // namespace msh::record
