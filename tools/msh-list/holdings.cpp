// Lists of what the keystore knows: studies, objects, targets, refusals.
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/error.hpp"
#include "cli/listing.hpp"
#include "cli/messages.hpp"
#include "cli/progress.hpp"
#include "cli/study_listing.hpp"
#include "custodian/study_originals.hpp"
#include "json/line.hpp"
#include "json/write.hpp"
#include "keystore/overview.hpp"
#include "keystore/refusals.hpp"
#include "keystore/shredding.hpp"
#include "keystore/studies.hpp"
#include "keystore/targets.hpp"
#include "lists.hpp"

namespace msh {
namespace {

void require_known(keystore::Keystore& keystore, const std::vector<Id>& studies) {
    for (const Id& study : studies) {
        if (!keystore::Studies(keystore).has(study)) {
            throw keystore::not_found_error(keystore, study, {ErrorKind::input, "there is no such study"});
        }
    }
}

// A record does not name its issuer, and this member is passed over like any other that is not known.
std::string json_of(const keystore::ListedObject& object) {
    if (!object.issuer) return record::to_json(object.record);
    json::Line line = json::Line::parse(record::to_json(object.record));
    line.set("issuer", json::quote(*object.issuer));
    return line.text();
}

}  // namespace

bool list_studies(keystore::Keystore& keystore, const ListOptions& options, cli::Output& output) {
    require_known(keystore, options.studies);
    cli::StudyListing listing(output, std::string(keystore::own_store_target), options.show);
    bool all_opened = true;
    const auto add = [&](record::StudySummary summary) {
        if (options.show && summary.project) {
            summary.originals = custodian::study_originals(keystore, summary.study, [&](const Error& error) {
                all_opened = false;
                cli::say_error("study " + to_hex(summary.study) + ": " + error.what());
            });
        }
        listing.add(summary);
    };
    keystore::Overview overview(keystore);
    if (options.studies.empty()) overview.for_each_study(add);
    for (const Id& study : options.studies)
        overview.for_each_study(study, add);
    listing.finish();
    return all_opened;
}

void list_objects(keystore::Keystore& keystore, const ListOptions& options, cli::Output& output) {
    require_known(keystore, options.studies);
    cli::Listing listing(output, {{"OBJECT"},
                                  {"STUDY"},
                                  {"ISSUER", false, ""},
                                  {"EPOCH", true},
                                  {"PROFILE"},
                                  {"SIZE", true},
                                  {"LEAF", true},
                                  {"CID"}});
    const auto add = [&](const keystore::ListedObject& listed) {
        const record::Object& object = listed.record;
        listing.add(
            json_of(listed),
            {to_hex(object.id), to_hex(object.study), listed.issuer ? cli::shortened(*listed.issuer) : std::string(),
             std::to_string(object.epoch), object.profile, cli::readable_size(object.payload.size),
             object.anchor ? std::to_string(object.anchor->index) : std::string(), object.payload.cid.value_or("")});
    };
    keystore::Overview overview(keystore);
    if (options.studies.empty()) overview.for_each_object(add);
    for (const Id& study : options.studies)
        overview.for_each_object(study, add);
    listing.finish();
}

void list_targets(keystore::Keystore& keystore, cli::Output& output) {
    cli::Listing listing(output, {{"OBJECTS", true}, {"SIZE", true}, {"MISSING", true}, {"TARGET"}});
    for (const keystore::TargetOverview& target : keystore::Overview(keystore).targets()) {
        json::Object line;
        line.number("msh", 1)
            .text("type", "target")
            .text("target", target.name)
            .number("objects", target.objects)
            .number("size", target.size)
            .number("missing", target.missing);
        listing.add(line.done(), {std::to_string(target.objects), cli::readable_size(target.size),
                                  std::to_string(target.missing), target.name});
    }
    listing.finish();
}

void list_refused(keystore::Keystore& keystore, cli::Output& output) {
    const std::vector<keystore::RefusedFiles> groups = keystore::Refusals(keystore).list();
    const std::string rules = groups.empty() ? "" : groups.front().rules;
    cli::Listing listing(output, {{"FILES", true},
                                  {"PROJECT", false, "default"},
                                  {"OUTCOME"},
                                  {"CLASS"},
                                  {"FIRST"},
                                  {"LAST"},
                                  {"RULES", false, rules},
                                  {"REASON"}});
    for (const keystore::RefusedFiles& files : groups) {
        const std::string first = to_rfc3339(files.first);
        const std::string last = to_rfc3339(files.last);
        json::Object line;
        line.number("msh", 1)
            .text("type", "refused")
            .text("project", files.project)
            .text("rules", files.rules)
            .text("outcome", files.outcome)
            .text("class", files.failure_class)
            .text("reason", files.reason)
            .number("files", files.files)
            .text("first", first)
            .text("last", last);
        listing.add(line.done(), {std::to_string(files.files), files.project, files.outcome, files.failure_class,
                                  first.substr(0, 10), last.substr(0, 10), files.rules, files.reason});
    }
    listing.finish();
}

}  // namespace msh
