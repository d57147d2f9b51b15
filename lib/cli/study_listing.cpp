#include "cli/study_listing.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "cli/progress.hpp"

namespace msh::cli {
namespace {

constexpr const char* own_store_name = "local store";

std::vector<Column> columns(bool with_originals) {
    std::vector<Column> columns;
    if (with_originals) {
        columns = {{"PATIENT"}, {"ID"}, {"ISSUER", false, ""}, {"BORN"}, {"DATE"}, {"DESCRIPTION"}, {"MODALITY"}};
    }
    for (Column column : std::vector<Column>{{"OBJECTS", true},
                                             {"SIZE", true},
                                             {"STUDY"},
                                             {"PROJECT", false, "default"},
                                             {"PROFILE", false, "basic"},
                                             {"EPOCH", true, "1"},
                                             {"FIRST"},
                                             {"LAST"},
                                             {"STORED IN", false, own_store_name},
                                             {"GRANTED TO", false, ""}}) {
        columns.push_back(std::move(column));
    }
    return columns;
}

// The first one, and how many more there are.
std::string first_of(const std::vector<std::string>& values) {
    if (values.empty()) return "";
    return values.front() + (values.size() > 1 ? " (+" + std::to_string(values.size() - 1) + ")" : "");
}

std::string joined(const std::vector<std::string>& values) {
    std::string out;
    for (const std::string& value : values)
        out.append(out.empty() ? "" : ",").append(value);
    return out;
}

std::string day(const std::optional<std::int64_t>& time) {
    return time ? to_rfc3339(*time).substr(0, 10) : std::string();
}

// With a number of objects only if that is not all.
std::string places(const record::StudySummary& summary, const std::string& own_store) {
    std::string out;
    for (const record::StoredCount& stored : summary.stored) {
        out.append(out.empty() ? "" : ", ").append(stored.target == own_store ? own_store_name : stored.target);
        if (stored.objects < summary.objects) out.append(" (" + std::to_string(stored.objects) + ")");
    }
    return out;
}

// The issuer of a received study, which has no project.
std::string project_of(const record::StudySummary& summary) {
    if (summary.project || !summary.issuer) return summary.project.value_or("");
    return "from " + shortened(*summary.issuer);
}

// Each once, until the latest end of the grants to it.
std::string recipients(const record::StudySummary& summary) {
    std::vector<record::GivenTo> latest;
    for (const record::GivenTo& given : summary.granted) {
        const auto same = std::find_if(latest.begin(), latest.end(),
                                       [&](const record::GivenTo& one) { return one.recipient == given.recipient; });
        if (same == latest.end()) {
            latest.push_back(given);
        } else if (!given.not_after || (same->not_after && *same->not_after < *given.not_after)) {
            same->not_after = given.not_after;
        }
    }
    std::string out;
    for (const record::GivenTo& given : latest) {
        out.append(out.empty() ? "" : ", ").append(shortened(given.recipient));
        if (given.not_after) out.append(" until ").append(end_cell(*given.not_after));
    }
    return out;
}

std::vector<std::string> cells_of(const record::Patient& patient) {
    return {patient.name, patient.id, patient.issuer, patient.birth_date};
}

}  // namespace

StudyListing::StudyListing(Output& output, std::string own_store, bool with_originals)
    : own_store_(std::move(own_store)), with_originals_(with_originals), listing_(output, columns(with_originals)) {}

void StudyListing::add(const record::StudySummary& summary) {
    std::vector<std::string> cells;
    const record::StudyOriginals originals = summary.originals.value_or(record::StudyOriginals());
    if (with_originals_) {
        cells = cells_of(originals.patients.empty() ? record::Patient() : originals.patients.front());
        cells.push_back(first_of(originals.study_dates));
        cells.push_back(first_of(originals.descriptions));
        cells.push_back(joined(originals.modalities));
    }
    for (std::string& cell : std::vector<std::string>{
             std::to_string(summary.objects), readable_size(summary.size), to_hex(summary.study), project_of(summary),
             summary.profile, std::to_string(summary.epoch), day(summary.first), day(summary.last),
             places(summary, own_store_), recipients(summary)}) {
        cells.push_back(std::move(cell));
    }
    const std::size_t width = cells.size();
    listing_.add(to_json(summary), cells);
    for (std::size_t i = 1; i < originals.patients.size(); ++i) {  // every patient is shown
        std::vector<std::string> more = cells_of(originals.patients[i]);
        more.resize(width);
        listing_.add_detail(more);
    }
}

}  // namespace msh::cli
