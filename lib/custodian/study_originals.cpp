#include "custodian/study_originals.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "custodian/opening.hpp"
#include "keystore/objects.hpp"
#include "record/sealed.hpp"

namespace msh::custodian {
namespace {

template <typename T>
void add_new(std::vector<T>& known, T value) {
    if (std::find(known.begin(), known.end(), value) == known.end()) known.push_back(std::move(value));
}

void add_text(std::vector<std::string>& known, std::string value) {
    if (!value.empty()) add_new(known, std::move(value));
}

void add(record::StudyOriginals& originals, const record::Sealed& sealed) {
    const auto value = [&](const char* tag) { return record::first_value(sealed.attributes, tag); };
    const auto all = [&](const char* tag) { return record::joined_values(sealed.attributes, tag); };
    add_new(originals.patients, {value("00100010"), all("00100020"), all("00100021"), value("00100030")});
    add_text(originals.study_dates, value("00080020"));
    add_text(originals.descriptions, value("00081030"));
    add_text(originals.modalities, value("00080060"));
}

}  // namespace

record::StudyOriginals study_originals(keystore::Keystore& keystore, const Id& study,
                                       const std::function<void(const Error&)>& on_error,
                                       record::PatientCount* patients) {
    record::StudyOriginals originals;
    std::optional<Error> problem;
    SealedOpener opener(keystore);
    keystore::Objects(keystore).for_each(study, [&](const record::Object& object) {
        if (!object.sealed) return;
        try {
            const record::Sealed sealed = opener.open(object);
            add(originals, sealed);
            if (patients != nullptr) patients->add(study, sealed);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input) throw;
            problem = error;
            if (patients != nullptr) patients->add_unknown(study);
        }
    });
    if (problem) on_error(*problem);
    return originals;
}

}  // namespace msh::custodian
