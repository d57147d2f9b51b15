#include "record/study_summary.hpp"

#include <string_view>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "json/write.hpp"

namespace msh::record {
namespace {

std::string to_json(const Patient& patient) {
    return json::Object()
        .text("name", patient.name)
        .text("id", patient.id)
        .text("issuer", patient.issuer)
        .text("birth_date", patient.birth_date)
        .done();
}

std::string to_json(const StoredCount& stored) {
    return json::Object().text("target", stored.target).number("objects", stored.objects).done();
}

std::string to_json(const GivenTo& given) {
    return json::Object()
        .text("grant", to_hex(given.grant))
        .text("recipient", given.recipient)
        .text_if("not_after", to_rfc3339(given.not_after))
        .done();
}

template <typename T>
std::string list_of(const std::vector<T>& values) {
    std::vector<std::string> all;
    all.reserve(values.size());
    for (const T& value : values)
        all.push_back(to_json(value));
    return json::list(all);
}

}  // namespace

std::string to_json(const StudySummary& summary) {
    json::Object out;
    out.number("msh", 1)
        .text("type", "study-summary")
        .text("study", to_hex(summary.study))
        .text_if("project", summary.project)
        .text_if("issuer", summary.issuer)
        .text("profile", summary.profile)
        .number("epoch", summary.epoch)
        .number("objects", summary.objects)
        .number("size", summary.size)
        .text_if("first", to_rfc3339(summary.first))
        .text_if("last", to_rfc3339(summary.last))
        .json("stored", list_of(summary.stored))
        .json("granted", list_of(summary.granted));
    if (const auto& originals = summary.originals) {
        out.json("patients", list_of(originals->patients))
            .texts("study_dates", originals->study_dates)
            .texts("descriptions", originals->descriptions)
            .texts("modalities", originals->modalities);
    }
    return out.done();
}

}  // namespace msh::record
