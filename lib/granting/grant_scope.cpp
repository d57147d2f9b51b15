#include "granting/grant_scope.hpp"

#include "base/error.hpp"

namespace msh::granting {
namespace {

constexpr const char* identified = "identified";  // the profile

}  // namespace

void GrantScope::add(const record::Object& object, const custodian::OpenStudy& study) {
    profiles_.insert(object.profile);
    if (object.profile == identified) identified_.insert({object.study, study.issuer.value_or("")});
    if (!study.is_own) {
        has_received_ = true;
        patients_.add_received(object.study, study.issuer.value_or(""));
        return;
    }
    const auto [known, is_new] = own_.try_emplace(object.study);
    if (is_new) add_project(study.name);
    known->second.insert(object.epoch);
    if (disclosed_ == Disclosed::objects) add_patient(object);
}

void GrantScope::note_names() const {
    if (identified_.empty()) return;
    program_.note(identified_.size() == 1
                      ? "1 study is of profile 'identified': its objects hold names of patients"
                      : std::to_string(identified_.size()) +
                            " studies are of profile 'identified': their objects hold names of patients");
}

void GrantScope::add_project(const keystore::StudyEpoch& study) {
    const auto info = studies_.info(study.study);
    if (info && info->project) projects_.insert(*info->project);
}

void GrantScope::add_patient(const record::Object& object) {
    try {
        patients_.add(object.study, opener_.open(object));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        patients_.add_unknown(object.study);
    }
}

void GrantScope::add_patients_of(const Id& study, const std::set<std::uint64_t>& epochs) {
    objects_.for_each(study, [&](const record::Object& object) {
        if (epochs.contains(object.epoch)) add_patient(object);
        program_.stop_if_signalled();
    });
}

void GrantScope::require_within(const ScopeLimits& limits) {
    if (projects_.size() > 1 && !limits.across_projects) {
        throw Error(ErrorKind::refused, "the records are of several projects",
                    "choose one with 'msh-search --project', or use --across-projects: together they can be linked");
    }
    if (profiles_.size() > 1 && !limits.across_profiles) {
        const std::string names = profiles_.contains(identified) ? "identified objects hold names: " : "";
        throw Error(
            ErrorKind::refused, "the records are of several profiles",
            names + "choose one with 'msh-search --profile', or use --across-profiles: together they can be linked");
    }
    if (!limits.is_any_patient) require_patients(limits);
}

void GrantScope::require_patients(const ScopeLimits& limits) {
    if (disclosed_ == Disclosed::secrets) {
        for (const auto& [study, epochs] : own_)
            add_patients_of(study, epochs);
    }
    if (patients_.number() == limits.patients.value_or(1)) return;
    const std::string what = disclosed_ == Disclosed::secrets ? "the studies of the records are" : "the records are";
    throw Error(ErrorKind::refused,
                what + (limits.patients ? " not of as many patients as --patients says" : " of more than one patient"),
                hint_for_patients());
}

// Received studies are in no index, and nothing is known of their patients.
std::string GrantScope::hint_for_patients() const {
    const std::string received =
        "each received study counts as one patient, whatever its epochs: 'msh-list studies' lists them";
    if (own_.empty()) return received + "; say with --patients how many there are";
    return "look at them with 'msh-search --show', which counts the patients, and narrow the search, or say with "
           "--patients how many there are" +
           (has_received_ ? "; " + received : std::string());
}

}  // namespace msh::granting
