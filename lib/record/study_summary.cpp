#include "record/study_summary.hpp"

#include <string_view>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "record/line.hpp"

namespace msh::record {
namespace {

std::string quoted(const char* name, std::string_view value) {
    return std::string("\"") + name + "\":" + json_string(value);
}

std::string counted(const char* name, std::uint64_t value) {
    return std::string("\"") + name + "\":" + std::to_string(value);
}

template <typename T, typename Text>
std::string array(const char* name, const std::vector<T>& values, const Text& text) {
    std::string out = std::string("\"") + name + "\":[";
    for (std::size_t i = 0; i < values.size(); ++i)
        out.append(i == 0 ? "" : ",").append(text(values[i]));
    return out + "]";
}

std::string texts(const char* name, const std::vector<std::string>& values) {
    return array(name, values, [](const std::string& value) { return json_string(value); });
}

std::string to_json(const Patient& patient) {
    return "{" + quoted("name", patient.name) + "," + quoted("id", patient.id) + "," +
           quoted("issuer", patient.issuer) + "," + quoted("birth_date", patient.birth_date) + "}";
}

std::string to_json(const StoredCount& stored) {
    return "{" + quoted("target", stored.target) + "," + counted("objects", stored.objects) + "}";
}

std::string to_json(const GivenTo& given) {
    std::string out = "{" + quoted("grant", to_hex(given.grant)) + "," + quoted("recipient", given.recipient);
    if (given.not_after) out += "," + quoted("not_after", to_rfc3339(*given.not_after));
    return out + "}";
}

std::string to_json(const StudyOriginals& originals) {
    return array("patients", originals.patients, [](const Patient& patient) { return to_json(patient); }) + "," +
           texts("study_dates", originals.study_dates) + "," + texts("descriptions", originals.descriptions) + "," +
           texts("modalities", originals.modalities);
}

}  // namespace

std::string to_json(const StudySummary& summary) {
    std::string out = R"({"msh":1,"type":"study-summary",)" + quoted("study", to_hex(summary.study));
    if (summary.project) out += "," + quoted("project", *summary.project);
    if (summary.issuer) out += "," + quoted("issuer", *summary.issuer);
    out += "," + quoted("profile", summary.profile) + "," + counted("epoch", summary.epoch) + "," +
           counted("objects", summary.objects) + "," + counted("size", summary.size);
    if (summary.first) out += "," + quoted("first", to_rfc3339(*summary.first));
    if (summary.last) out += "," + quoted("last", to_rfc3339(*summary.last));
    out += "," + array("stored", summary.stored, [](const StoredCount& stored) { return to_json(stored); });
    out += "," + array("granted", summary.granted, [](const GivenTo& given) { return to_json(given); });
    if (summary.originals) out += "," + to_json(*summary.originals);
    return out + "}";
}

}  // namespace msh::record
